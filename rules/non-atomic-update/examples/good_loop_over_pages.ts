// The cursor is a variable of the loop: each run has one of its own.
export async function all(): Promise<string[]> {
  const pages: string[] = [];
  let cursor: string | null = "first";
  while (cursor !== null) {
    const answer: Response = await fetch(`/pages?from=${cursor}`);
    pages.push(await answer.text());
    cursor = answer.headers.get("next");
  }
  return pages;
}

document.addEventListener("click", () => void all());
document.addEventListener("keydown", () => void all());
