/** A transfer as it is written first: read and write on the pool, in statements of their own. */
export interface Pool {
  read(id: string): Promise<number>;
  write(id: string, sum: number): Promise<void>;
}

export async function naiveAdd(pool: Pool, id: string, more: number): Promise<void> {
  const sum = await pool.read(id);
  await pool.write(id, sum + more);
}
