export class Search {
  results = "";
  private newest = 0;

  async search(query: string): Promise<void> {
    const mine = ++this.newest;
    const answer = await fetch(`/search?q=${query}`);
    const text = await answer.text();
    if (mine !== this.newest) return;
    this.results = text;
  }
}

export const search = new Search();
document.addEventListener("input", (event) => void search.search(event.type));
