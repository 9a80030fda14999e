// The id that is asked for stands in a field that another function changes.
export class Detail {
  private id = "";
  text = "";

  choose(id: string): void {
    this.id = id;
    void this.load(id);
  }

  async load(id: string): Promise<void> {
    const answer = await fetch(`/items/${id}`);
    const text = await answer.text();
    // racelint-expect: stale-response
    this.text = text;
  }
}

export const detail = new Detail();
document.addEventListener("click", (event) => detail.choose(event.type));
