// It is stored early, and whoever finds it waits for what makes it ready.

class Index {
  private words: string[] | null = null;
  readonly ready: Promise<void>;

  constructor(private readonly url: string) {
    this.ready = this.fill();
  }

  async fill(): Promise<void> {
    const answer = await fetch(this.url);
    this.words = await answer.json();
  }

  has(word: string): boolean {
    return this.words?.includes(word) ?? false;
  }
}

class Indexes {
  private index: Index | null = null;

  async get(): Promise<Index> {
    if (!this.index) {
      this.index = new Index("/words");
    }
    await this.index.ready;
    return this.index;
  }
}

export const indexes = new Indexes();
