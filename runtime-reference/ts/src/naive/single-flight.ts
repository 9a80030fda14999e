/** Single flight as it is written first: look in the map, run, then enter the answer. */
export class NaiveMemo<K, V> {
  readonly #answers = new Map<K, V>();

  async run(key: K, work: () => Promise<V>): Promise<V> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = await work();
    // racelint-expect: racy-lazy-init
    this.#answers.set(key, answer);
    return answer;
  }
}
