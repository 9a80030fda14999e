import { report } from "./statistics";

export class Window {
  constructor(private readonly name: string) {
    void this.count();
  }

  private async count(): Promise<void> {
    await report("opened", this.name);
  }

  title(): string {
    return this.name;
  }
}
