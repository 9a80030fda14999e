// The answer to an older query may come last and stand under the newer one.
export class Search {
  results = "";

  async search(query: string): Promise<void> {
    const answer = await fetch(`/search?q=${query}`);
    // racelint-expect: stale-response
    this.results = await answer.text();
  }
}

export const search = new Search();
document.addEventListener("input", (event) => void search.search(event.type));
