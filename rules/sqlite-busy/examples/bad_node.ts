import { DatabaseSync } from "node:sqlite";

export class Store {
  private db: DatabaseSync;

  constructor(path: string) {
    // racelint-expect: sqlite-busy
    this.db = new DatabaseSync(path);
  }
}
