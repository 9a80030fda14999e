import { openModel, type Engine } from "./engine";

export class Models {
  private engine: Engine | undefined = undefined;
  private isLoading = false;

  async load(path: string): Promise<boolean> {
    if (this.isLoading) return false;
    this.isLoading = true;
    try {
      const old = this.engine;
      this.engine = undefined;
      if (old) await old.release();
      this.engine = await openModel(path);
      return true;
    } finally {
      this.isLoading = false;
    }
  }
}

export const models = new Models();
