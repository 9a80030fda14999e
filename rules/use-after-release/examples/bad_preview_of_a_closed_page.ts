// Another tab's `close` clears the page between two looks at it.
import { newPage, type Page } from "./browser";

export class Previews {
  private page: Page | undefined;

  async open(): Promise<void> {
    this.page = await newPage();
  }

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

export const previews = new Previews();
document.addEventListener("click", () => void previews.text("/one"));
document.addEventListener("hide", () => void previews.close());
