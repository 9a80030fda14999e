/**
 * Mutual exclusion across awaits: one critical section at a time, in order of arrival.
 *
 * It takes a closure, so it cannot be left locked; it is not re-entrant.
 */
// #region mutex
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T> | T): Promise<T> {
    // One synchronous step: whoever comes next waits for this one.
    const turn = this.#last.then(work);
    // An error is the caller's; the next in line goes on all the same.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
// #endregion mutex
