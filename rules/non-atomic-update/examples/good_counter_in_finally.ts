let pending = 0;

export async function load(url: string): Promise<string> {
  pending += 1;
  try {
    return await (await fetch(url)).text();
  } finally {
    pending -= 1;
  }
}

export function isBusy(): boolean {
  return pending > 0;
}
