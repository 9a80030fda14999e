import { open, type Database } from "./database";

export class Notes {
  private db: Database | null = null;
  private connected = false;

  constructor() {
    this.connect();
  }

  private async connect(): Promise<void> {
    this.db = await open("notes");
    this.connected = true;
  }

  count(): number {
    if (!this.connected) return 0;
    return this.db!.count();
  }
}
