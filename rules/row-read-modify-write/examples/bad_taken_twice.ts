import { Client } from "pg";

const db = new Client();

export async function next(worker: string) {
  const { rows } = await db.query("SELECT * FROM tasks WHERE state = 'waiting' ORDER BY id LIMIT 1");
  if (rows.length === 0) return null;
  // racelint-expect: row-read-modify-write
  await db.query("UPDATE tasks SET state = 'running', worker = $1 WHERE id = $2", [worker, rows[0].id]);
  return rows[0];
}
