/** A transfer as it is written first: read and write on the pool, in statements of their own. */
import type { Work } from '../transaction.ts';

export async function naiveAdd(pool: Work, id: string, more: number): Promise<void> {
  const [sum] = await pool.query('SELECT sum FROM account WHERE id = $1', [id]);
  // racelint-expect: row-read-modify-write
  await pool.query('UPDATE account SET sum = $2 WHERE id = $1', [id, Number(sum) + more]);
}
