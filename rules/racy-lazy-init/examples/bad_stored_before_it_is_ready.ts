// The index is stored first and filled after: a second caller finds it there and searches nothing.

class Index {
  private words: string[] | null = null;

  constructor(private readonly url: string) {}

  async fill(): Promise<void> {
    const answer = await fetch(this.url);
    this.words = await answer.json();
  }

  has(word: string): boolean {
    return this.words?.includes(word) ?? false;
  }
}

class Indexes {
  private readonly known: Record<string, Index> = {};

  async of(language: string): Promise<Index> {
    if (!this.known[language]) {
      this.known[language] = new Index(`/words/${language}`);
      await this.known[language].fill();
    }
    // racelint-expect: racy-lazy-init
    return this.known[language];
  }
}

export const indexes = new Indexes();
