// Set by another method to tell the run that its answer is not wanted any more. It was never a guard of the run.

export class Preview {
  private disposed = false;
  private html = "";

  async load(): Promise<void> {
    const answer = await fetch("/preview");
    const html = await answer.text();
    if (this.disposed) return;
    this.html = html;
  }

  dispose(): void {
    this.disposed = true;
    this.html = "";
  }
}

export const preview = new Preview();
