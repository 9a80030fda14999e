// Plain data that both runs read from the same source: the second fills in what stands there already.
declare function ask(name: string): Promise<string>;

let home = "";

export async function homePath(): Promise<string> {
  if (home) return home;
  home = await ask("home");
  return home;
}

const titles = new Map<string, string>();

export async function title(id: string): Promise<string> {
  const known = titles.get(id);
  if (known !== undefined) return known;
  const found = await ask(id);
  titles.set(id, found);
  return found;
}
