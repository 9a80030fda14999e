import { open, type Database } from "./database";

export class Notes {
  private db?: Database;

  constructor() {
    // racelint-expect: unawaited-init
    this.connect();
  }

  private async connect(): Promise<void> {
    this.db = await open("notes");
  }

  add(text: string): Promise<void> {
    return this.db!.insert({ text });
  }
}
