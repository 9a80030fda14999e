export class Detail {
  text = "";
  private id = "";

  async load(id: string): Promise<void> {
    this.id = id;
    const answer = await fetch(`/items/${id}`);
    const text = await answer.text();
    if (this.id !== id) return;
    this.text = text;
  }
}

export const detail = new Detail();
document.addEventListener("click", (event) => void detail.load(event.type));
