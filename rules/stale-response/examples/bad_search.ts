// The answer to an older query may come last and stand under the newer one.
import { find } from "./api";

export class Search {
  results = "";

  async search(query: string): Promise<void> {
    // racelint-expect: stale-response
    this.results = await find(query);
  }
}

export const search = new Search();
document.addEventListener("input", (event) => void search.search(event.type));
