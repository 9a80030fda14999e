/**
 * Transaction helper: commit on return, roll back on error, retry on conflict.
 *
 * The handle is dead once the closure has ended, so it cannot escape; and a
 * query that nobody awaited is an error, not a write after the commit.
 */
export interface Transaction {
  query(sql: string, values?: readonly unknown[]): Promise<unknown[]>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface Database {
  /** A connection of its own with a transaction begun on it. */
  begin(): Promise<Transaction>;
  /** Whether the error says that another transaction was faster. */
  isConflict(error: unknown): boolean;
}

/** What a closure may do with a transaction: not end it. */
export type Work = Pick<Transaction, 'query'>;

export async function transaction<T>(
  database: Database,
  work: (tx: Work) => Promise<T>,
  tries = 5,
): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await attempt(database, work);
    } catch (error) {
      if (left <= 1 || !database.isConflict(error)) throw error;
    }
  }
}

// #region attempt
async function attempt<T>(database: Database, work: (tx: Work) => Promise<T>): Promise<T> {
  const inner = await database.begin();
  let ended = false;
  const pending = new Set<Promise<unknown>>();
  const tx: Work = {
    query(sql, values) {
      if (ended) return Promise.reject(new Error('the transaction has ended'));
      const answer = inner.query(sql, values);
      pending.add(answer);
      const done = () => pending.delete(answer);
      answer.then(done, done);
      return answer;
    },
  };
  let result: T;
  try {
    result = await work(tx);
    if (pending.size > 0) throw new Error('a query was not awaited');
  } catch (error) {
    ended = true;
    // The rollback comes after every query that was sent.
    await Promise.allSettled(pending);
    await inner.rollback();
    throw error;
  }
  ended = true;
  await inner.commit();
  return result;
}
// #endregion attempt
