// Asking twice is asking once.
export class Names {
  private wanted = new Map<string, string>();

  add(id: string, url: string): void {
    this.wanted.set(id, url);
  }

  async look(id: string): Promise<void> {
    const url = this.wanted.get(id);
    if (!url) return;
    await fetch(url);
    this.wanted.delete(id);
  }
}

export const names = new Names();
document.addEventListener("look", (event) => void names.look(event.type));
