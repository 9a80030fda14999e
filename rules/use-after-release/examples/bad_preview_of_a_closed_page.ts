// Another tab's `close` clears the page between two looks at it.
import { firstPage, type Page } from "./browser";

export class Previews {
  constructor(private page: Page | undefined) {}

  async text(url: string): Promise<string> {
    if (!this.page) return "";
    await this.page.visit(url);
    // racelint-expect: use-after-release
    return this.page.content();
  }

  async close(): Promise<void> {
    await this.page?.close();
    this.page = undefined;
  }
}

export const previews = new Previews(firstPage());
document.addEventListener("click", () => void previews.text("/one"));
document.addEventListener("hide", () => void previews.close());
