let factor = 1;

setInterval(async () => {
  // racelint-expect: non-atomic-update
  factor = factor * (await poll());
}, 500);

async function poll(): Promise<number> {
  const answer = await fetch("/count");
  return Number(await answer.text());
}

export function count(): number {
  return factor;
}
