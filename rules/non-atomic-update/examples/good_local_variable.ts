export async function total(urls: string[]): Promise<number> {
  let sum = 0;
  for (const url of urls) {
    sum += Number(await (await fetch(url)).text());
  }
  return sum;
}
