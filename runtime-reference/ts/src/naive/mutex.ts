/** A counter as it is written first: read, wait, write. */
export class NaiveCounter {
  value = 0;

  async add(save: (value: number) => Promise<void>): Promise<void> {
    const next = this.value + 1;
    await save(next);
    // racelint-expect: non-atomic-update
    this.value = next;
  }
}

/** As it is used: several requests count at one time. */
export function addTwice(counter: NaiveCounter, save: (value: number) => Promise<void>): Promise<void[]> {
  return Promise.all([counter.add(save), counter.add(save)]);
}
