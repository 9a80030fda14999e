export class Search {
  results = "";
  private controller: AbortController | undefined;

  async search(query: string): Promise<void> {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    const answer = await fetch(`/search?q=${query}`, { signal: controller.signal });
    const text = await answer.text();
    if (controller.signal.aborted) return;
    this.results = text;
  }
}

export const search = new Search();
document.addEventListener("input", (event) => void search.search(event.type));
