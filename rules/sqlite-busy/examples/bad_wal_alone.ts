import { Database } from "bun:sqlite";

export function openCache(path: string) {
  // racelint-expect: sqlite-busy
  const db = new Database(path);
  db.exec("PRAGMA journal_mode = WAL");
  return db;
}
