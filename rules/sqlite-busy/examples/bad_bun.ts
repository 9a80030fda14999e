import { Database } from "bun:sqlite";

export function openCache(path: string) {
  // racelint-expect: sqlite-busy
  const db = new Database(path);
  db.exec("CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value TEXT)");
  return db;
}
