import { readSettings, type Settings } from "./settings";

export class Panel {
  private settings: Settings | undefined = undefined;

  constructor() {
    void this.load();
  }

  private async load(): Promise<Settings> {
    const settings = await readSettings();
    this.settings = settings;
    return settings;
  }

  async title(): Promise<string> {
    const settings = await this.load();
    return settings.title;
  }
}
