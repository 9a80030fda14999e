/** The loader as it is written first: the flag goes up after an await, and down on success only. */
export class NaiveLoader<A, M> {
  isLoading = false;
  current: M | null = null;
  readonly #open: (argument: A) => Promise<M>;
  readonly #close: (model: M) => Promise<void>;

  constructor(open: (argument: A) => Promise<M>, close: (model: M) => Promise<void>) {
    this.#open = open;
    this.#close = close;
  }

  async load(argument: A): Promise<M | null> {
    if (this.isLoading) return null;
    if (this.current !== null) await this.#close(this.current);
    this.isLoading = true;
    // racelint-expect: broken-guard
    this.current = await this.#open(argument);
    this.isLoading = false;
    return this.current;
  }
}

/** As it is used: several ask at one time for the model that they want. */
export async function loadAll<A, M>(
  wanted: A[],
  open: (argument: A) => Promise<M>,
  close: (model: M) => Promise<void>,
): Promise<NaiveLoader<A, M>> {
  const loader = new NaiveLoader(open, close);
  await Promise.all(wanted.map((argument) => loader.load(argument)));
  return loader;
}
