// Shown, never asked: nothing is refused because of this flag, so nothing is broken when two runs share it.

export class Feed {
  loading = false;
  items: string[] = [];
  error: string | undefined;

  async refresh(): Promise<void> {
    this.loading = true;
    this.error = undefined;
    try {
      const answer = await fetch("/feed");
      this.items = await answer.json();
    } catch (error) {
      this.error = String(error);
    }
    this.loading = false;
  }
}

export const feed = new Feed();
