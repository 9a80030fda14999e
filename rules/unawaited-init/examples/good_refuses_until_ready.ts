import { open, type Database } from "./database";

export class Notes {
  private db: Database | null = null;

  constructor() {
    this.connect();
  }

  private async connect(): Promise<void> {
    this.db = await open("notes");
  }

  add(text: string): Promise<void> {
    if (!this.db) throw new Error("not connected yet");
    return this.db.insert({ text });
  }
}
