import { Pool } from "pg";

const pool = new Pool();

export async function ensure(name: string) {
  await pool.query("INSERT INTO tags (name) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM tags WHERE name = $1)", [name]);
}
