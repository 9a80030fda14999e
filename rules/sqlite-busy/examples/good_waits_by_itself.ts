import Database from "better-sqlite3";

export function openCache(path: string) {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  return db;
}
