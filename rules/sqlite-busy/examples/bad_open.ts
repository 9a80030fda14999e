import { open } from "sqlite";
import sqlite3 from "sqlite3";

export async function connect(filename: string) {
  // racelint-expect: sqlite-busy
  const db = await open({ filename, driver: sqlite3.Database });
  await db.exec("CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value TEXT)");
  return db;
}
