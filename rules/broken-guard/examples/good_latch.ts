// Once is enough: the flag is never meant to come down.

export class Welcome {
  private shown = false;

  async show(): Promise<void> {
    if (this.shown) return;
    this.shown = true;
    await fetch("/welcome", { method: "POST" });
  }
}

export const welcome = new Welcome();
