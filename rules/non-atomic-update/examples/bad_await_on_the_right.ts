// The left side is read first: what comes in during the wait is overwritten.
let total = 0;

export async function add(url: string): Promise<void> {
  // racelint-expect: non-atomic-update
  total += await count(url);
}

async function count(url: string): Promise<number> {
  const answer = await fetch(url);
  return (await answer.text()).length;
}

document.addEventListener("click", () => void add("/one"));
document.addEventListener("keydown", () => void add("/two"));
