/**
 * Single flight: callers who ask for one key at one time share one run.
 *
 * The promise itself is the entry, made before any await; a run removes its
 * own entry only.
 */
// #region single-flight
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Promise<V>>();

  run(key: K, work: () => Promise<V>): Promise<V> {
    const known = this.#flights.get(key);
    if (known !== undefined) return known;
    // `finally` runs later even if `work` throws at once: the entry is made by then.
    const flight: Promise<V> = (async () => work())().finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Lets the next caller start anew; those who wait keep the old run's answer. */
  forget(key: K): void {
    this.#flights.delete(key);
  }

  get size(): number {
    return this.#flights.size;
  }
}
// #endregion single-flight
