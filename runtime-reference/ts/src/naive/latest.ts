/** Search as you type, as it is written first: whichever answer comes last is shown. */
export class NaiveSearch<T> {
  shown: T | null = null;
  readonly #ask: (text: string) => Promise<T>;

  constructor(ask: (text: string) => Promise<T>) {
    this.#ask = ask;
  }

  async search(text: string): Promise<void> {
    // racelint-expect: stale-response
    this.shown = await this.#ask(text);
  }
}

/** As a page uses it: every key asks anew, while the answers to earlier ones are under way. */
export function searchAsTyped<T>(field: EventTarget, search: NaiveSearch<T>): void {
  field.addEventListener('input', (event) => void search.search((event as CustomEvent<string>).detail));
}
