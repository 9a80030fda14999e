import { details } from "./rows";

let panel: string | undefined;

export async function select(row: string): Promise<void> {
  const text = await details(row);
  // racelint-expect: stale-response
  panel = text;
}

export function shown(): string | undefined {
  return panel;
}

document.addEventListener("click", (event) => void select(event.type));
