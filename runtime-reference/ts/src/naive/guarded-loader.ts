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
    // racelint-missed: broken-guard
    this.isLoading = true;
    // racelint-expect: broken-guard
    this.current = await this.#open(argument);
    this.isLoading = false;
    return this.current;
  }
}
