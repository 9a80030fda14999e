import { Client } from "pg";

const db = new Client();

export async function next(worker: string) {
  const { rows } = await db.query("SELECT * FROM tasks WHERE state = 'waiting' ORDER BY id LIMIT 1");
  if (rows.length === 0) return null;
  const taken = await db.query("UPDATE tasks SET state = 'running', worker = $1 WHERE id = $2 AND state = 'waiting'", [
    worker,
    rows[0].id,
  ]);
  return taken.rowCount === 1 ? rows[0] : null;
}
