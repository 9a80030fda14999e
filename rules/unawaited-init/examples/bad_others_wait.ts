// Two of three wait for it.
import { writeFile } from "node:fs/promises";

export class Session {
  private user = "";
  private saved = false;

  private async save(): Promise<void> {
    await writeFile("/tmp/session", this.user);
    this.saved = true;
  }

  async enter(user: string): Promise<boolean> {
    this.user = user;
    // racelint-expect: unawaited-init
    this.save();
    return this.saved;
  }

  async leave(): Promise<void> {
    this.user = "";
    await this.save();
  }

  async rename(user: string): Promise<void> {
    this.user = user;
    await this.save();
  }
}
