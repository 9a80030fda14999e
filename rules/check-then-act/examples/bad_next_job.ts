let next: string | null = null;

export function plan(id: string): void {
  next = id;
}

export async function run(): Promise<void> {
  if (next === null) return;
  await fetch("/runs", { method: "POST", body: next });
  // racelint-expect: check-then-act
  next = null;
}

document.addEventListener("plan", (event) => plan(event.type));
document.addEventListener("run", () => void run());
