import { defaults, readSettings, type Settings } from "./settings";

export class Panel {
  private settings: Settings = defaults();

  constructor() {
    void this.load();
  }

  private async load(): Promise<void> {
    this.settings = await readSettings();
  }

  title(): string {
    return this.settings.title.trim();
  }
}
