// What was there is kept in a variable: taken out of the field it is still whole. The other run never closes it.
export class Feed {
  private reader: { next(): Promise<string>; last(): string } | null = null;

  async latest(): Promise<string> {
    const reader = this.reader;
    if (!reader) return "";
    await reader.next();
    return reader.last();
  }

  forget(): void {
    this.reader = null;
  }
}

export const feed = new Feed();
document.addEventListener("scroll", () => void feed.latest());
document.addEventListener("pagehide", () => feed.forget());
