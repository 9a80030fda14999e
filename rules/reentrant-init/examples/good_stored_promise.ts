import { openModel, type Engine } from "./engine";

export class Models {
  private engine: Engine | undefined = undefined;
  private loading: Promise<void> | undefined = undefined;

  async load(path: string): Promise<void> {
    if (this.loading) return this.loading;
    this.loading = this.doLoad(path);
    try {
      await this.loading;
    } finally {
      this.loading = undefined;
    }
  }

  private async doLoad(path: string): Promise<void> {
    const engine = await openModel(path);
    this.engine = engine;
  }

  close(): void {
    this.engine?.release();
  }
}

export const models = new Models();
