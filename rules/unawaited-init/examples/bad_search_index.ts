import { openIndex, type Index } from "./index-file";

export class Search {
  private index: Index | null = null;

  constructor(path: string) {
    // racelint-expect: unawaited-init
    void this.init(path);
  }

  private async init(path: string): Promise<void> {
    const index = await openIndex(path);
    this.index = index;
  }

  find(text: string): string[] {
    if (!this.index) {
      console.warn("no index");
      return [];
    }
    return this.index.lookup(text);
  }
}
