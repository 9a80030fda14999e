import { Pool } from "pg";

const pool = new Pool();

// Each statement may get another connection of the pool: what was begun on the first holds nothing together.
export async function pay(from: number, to: number, amount: number) {
  await pool.query("BEGIN");
  await pool.query("UPDATE wallets SET coins = coins - $1 WHERE id = $2", [amount, from]);
  // racelint-expect: non-transactional-updates
  await pool.query("UPDATE wallets SET coins = coins + $1 WHERE id = $2", [amount, to]);
  await pool.query("COMMIT");
}
