// The id that is asked for is handed on: nobody looks whether it is still the chosen one.
import { item } from "./items";

export class Detail {
  id = "";
  text = "";

  choose(id: string): void {
    this.id = id;
    void this.load(id);
  }

  async load(id: string): Promise<void> {
    const text = await item(id);
    // racelint-expect: stale-response
    this.text = text;
  }
}

export const detail = new Detail();
document.addEventListener("click", (event) => detail.choose(event.type));
