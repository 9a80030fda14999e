let settings: Record<string, string> = {};

setInterval(async () => {
  const next = { ...settings, theme: "dark" };
  await fetch("/settings", { method: "PUT", body: JSON.stringify(next) });
  // racelint-expect: non-atomic-update
  settings = next;
}, 1000);

export function current(): Record<string, string> {
  return settings;
}
