/**
 * Latest wins: of several overlapping runs only the newest is applied.
 *
 * Every run takes a ticket before its first await and looks at it after its
 * last; an older run is also told to stop.
 */
// #region latest
export class Latest {
  #ticket = 0;
  #abort: AbortController | null = null;

  /** Runs `work`, then `apply` on its result unless a newer run has begun; says which. */
  async run<T>(
    work: (signal: AbortSignal) => Promise<T>,
    apply: (result: T) => void,
  ): Promise<boolean> {
    const ticket = ++this.#ticket;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const result = await work(abort.signal);
      if (ticket !== this.#ticket) return false;
      apply(result);
      return true;
    } catch (error) {
      // The failure of a run that nobody waits for any more is no news.
      if (ticket !== this.#ticket) return false;
      throw error;
    }
  }

  /** Nothing that is running will be applied: for `unmount` and `dispose`. */
  cancel(): void {
    this.#ticket += 1;
    this.#abort?.abort();
    this.#abort = null;
  }
}
// #endregion latest
