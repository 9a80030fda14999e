import { Pool } from "pg";

const pool = new Pool();

export async function pay(from: number, to: number, amount: number) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("UPDATE wallets SET coins = coins - $1 WHERE id = $2", [amount, from]);
    await client.query("UPDATE wallets SET coins = coins + $1 WHERE id = $2", [amount, to]);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}
