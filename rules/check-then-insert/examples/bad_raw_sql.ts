import { Pool } from "pg";

const pool = new Pool();

export async function ensure(name: string) {
  const found = await pool.query("SELECT id FROM tags WHERE name = $1", [name]);
  if (found.rows.length === 0) {
    // racelint-expect: check-then-insert
    await pool.query("INSERT INTO tags (name) VALUES ($1)", [name]);
  }
}
