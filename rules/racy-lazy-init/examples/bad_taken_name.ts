// Whoever comes with a name that is taken is refused; two who come at once with one name both pass.
import { connect, type Socket } from "node:net";

const lines = new Map<string, Socket>();

async function dial(name: string): Promise<Socket> {
  const address = await fetch(`https://names.example/${name}`).then((answer) => answer.text());
  return connect(7000, address);
}

export async function open(name: string): Promise<void> {
  if (lines.has(name)) {
    throw new Error(`${name} is open already`);
  }
  // racelint-expect: racy-lazy-init
  lines.set(name, await dial(name));
}

export function close(name: string): void {
  lines.get(name)?.destroy();
  lines.delete(name);
}
