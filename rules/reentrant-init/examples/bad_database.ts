import { openDatabase, type Database } from "./database";

export class Storage {
  private database: Database | undefined = undefined;

  async use(path: string): Promise<void> {
    await this.leave();
    // racelint-expect: reentrant-init
    this.database = await openDatabase(path);
  }

  async leave(): Promise<void> {
    if (!this.database) return;
    await this.database.close();
    this.database = undefined;
  }
}

export const files = new Storage();

document.addEventListener("click", () => void files.use("small")); // racelint-expect: unawaited-init
document.addEventListener("submit", () => void files.use("large")); // racelint-expect: unawaited-init
