import { Mutex } from "async-mutex";

export class Search {
  results = "";
  private readonly turn = new Mutex();

  async search(query: string): Promise<void> {
    await this.turn.runExclusive(async () => {
      const answer = await fetch(`/search?q=${query}`);
      this.results = await answer.text();
    });
  }
}

export const search = new Search();
document.addEventListener("input", (event) => void search.search(event.type));
