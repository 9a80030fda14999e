import { open } from "sqlite";
import sqlite3 from "sqlite3";

export async function connect(filename: string) {
  const db = await open({ filename, driver: sqlite3.Database });
  db.configure("busyTimeout", 5000);
  return db;
}
