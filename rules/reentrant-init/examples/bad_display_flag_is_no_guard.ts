import { openModel, type Engine } from "./engine";

export class Models {
  loading = false;
  private engine: Engine | undefined = undefined;

  async load(path: string): Promise<void> {
    this.loading = true;
    await this.unload();
    // racelint-expect: reentrant-init
    this.engine = await openModel(path);
    this.loading = false;
  }

  async unload(): Promise<void> {
    if (!this.engine) return;
    await this.engine.dispose();
    this.engine = undefined;
  }
}

export const models = new Models();

document.addEventListener("click", () => void models.load("small")); // racelint-expect: unawaited-init
document.addEventListener("submit", () => void models.load("large")); // racelint-expect: unawaited-init
