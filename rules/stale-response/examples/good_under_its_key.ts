export class Cache {
  private pages = new Map<string, string>();

  async load(id: string): Promise<void> {
    const answer = await fetch(`/pages/${id}`);
    this.pages.set(id, await answer.text());
  }
}

export const cache = new Cache();
document.addEventListener("click", (event) => void cache.load(event.type));
