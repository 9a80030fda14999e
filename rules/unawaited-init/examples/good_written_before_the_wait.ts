import { makeCache, type Cache } from "./cache";

export class Pages {
  private cache: Cache | null = null;

  constructor() {
    void this.init();
  }

  private async init(): Promise<void> {
    this.cache = makeCache();
    await this.cache.warm();
  }

  page(name: string): string {
    return this.cache!.get(name);
  }
}
