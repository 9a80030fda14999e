// Each call opens its own page, and closes it.
import { newPage } from "./browser";

export async function text(url: string): Promise<string> {
  const page = await newPage();
  try {
    await page.visit(url);
    return await page.content();
  } finally {
    await page.close();
  }
}

document.addEventListener("click", () => void text("/one"));
document.addEventListener("keydown", () => void text("/two"));
