let themes: string[] = [];

setInterval(async () => {
  const next = [...themes, "dark"];
  await fetch("/themes", { method: "PUT", body: JSON.stringify(next) });
  // racelint-expect: non-atomic-update
  themes = next;
}, 1000);

export function current(): string[] {
  return themes;
}
