import { openIndex, type Index } from "./index-file";

export class Search {
  private index: Index | null = null;
  private readonly ready: Promise<void>;

  constructor(path: string) {
    this.ready = this.init(path);
  }

  private async init(path: string): Promise<void> {
    this.index = await openIndex(path);
  }

  async find(text: string): Promise<string[]> {
    await this.ready;
    return this.index!.lookup(text);
  }
}
