/**
 * Guarded model loader: one load at a time, hot swap under running predictions.
 *
 * The claim is made before the first await and cleared in `finally`. A caller
 * who comes during a load gets `null` and a warning, or joins. The old model
 * serves until the new one is there, and is closed once, after its last user.
 */
export interface LoaderOptions<A, M> {
  open(argument: A): Promise<M>;
  close(model: M): Promise<void>;
  warn?(message: string): void;
}

interface Holder<M> {
  readonly model: M;
  users: number;
  retired: boolean;
}

export class GuardedLoader<A, M> {
  readonly #options: LoaderOptions<A, M>;
  #running: Promise<M | null> | null = null;
  #current: Holder<M> | null = null;
  /** Grows with every change; a load that finds it grown came too late. */
  #generation = 0;

  constructor(options: LoaderOptions<A, M>) {
    this.#options = options;
  }

  get isLoading(): boolean {
    return this.#running !== null;
  }

  // #region load
  /** Loads a model; `null` if another load is running, or if this one came too late. */
  async load(argument: A, busy: 'refuse' | 'join' = 'refuse'): Promise<M | null> {
    if (this.#running !== null) {
      if (busy === 'join') return this.#running;
      const warn = this.#options.warn ?? console.warn;
      warn('load refused: another load is running');
      return null;
    }
    // No await stands between the test above and this assignment, and no call of anything that could load in turn.
    const running = Promise.resolve().then(() => this.#load(argument));
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = null;
    }
  }
  // #endregion load

  // #region use
  /** Runs `work` with the model of this moment, which stays open until it has ended. */
  async use<T>(work: (model: M) => Promise<T>): Promise<T | null> {
    const holder = this.#current;
    if (holder === null) return null;
    holder.users += 1;
    try {
      return await work(holder.model);
    } finally {
      holder.users -= 1;
      await this.#closeIfUnused(holder);
    }
  }
  // #endregion use

  /** Withdraws the model; a load that is running comes too late. */
  async unload(): Promise<void> {
    this.#generation += 1;
    await this.#swap(null);
  }

  async #load(argument: A): Promise<M | null> {
    const generation = ++this.#generation;
    const model = await this.#options.open(argument);
    if (generation !== this.#generation) {
      await this.#options.close(model);
      return null;
    }
    await this.#swap({ model, users: 0, retired: false });
    return model;
  }

  async #swap(next: Holder<M> | null): Promise<void> {
    const old = this.#current;
    this.#current = next;
    if (old === null) return;
    old.retired = true;
    await this.#closeIfUnused(old);
  }

  async #closeIfUnused(holder: Holder<M>): Promise<void> {
    if (!holder.retired || holder.users > 0) return;
    // Once: whoever gets here first takes the right to close away.
    holder.retired = false;
    await this.#options.close(holder.model);
  }
}
