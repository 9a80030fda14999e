import { open, type Database } from "./database";

export class Notes {
  private db?: Database;

  private async connect(): Promise<void> {
    this.db = await open("notes");
  }

  static async create(): Promise<Notes> {
    const notes = new Notes();
    await notes.connect();
    return notes;
  }

  add(text: string): Promise<void> {
    return this.db!.insert({ text });
  }
}
