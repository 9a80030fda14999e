import { readSettings, type Settings } from "./settings";

export class Panel {
  private settings: Settings | undefined = undefined;

  constructor() {
    // racelint-expect: unawaited-init
    this.load().catch((error) => console.error(error));
  }

  private async load(): Promise<void> {
    this.settings = await readSettings();
  }

  title(): string {
    return this.settings!.describe("title");
  }
}
