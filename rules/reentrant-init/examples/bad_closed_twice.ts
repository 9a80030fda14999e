import { open, type Handle } from "./handles";

let handle: Handle | undefined = open();

export async function shutDown(): Promise<void> {
  if (!handle) return;
  await handle.flush();
  handle.close(); // racelint-expect: reentrant-init
  handle = undefined;
}

process.on("SIGTERM", () => void shutDown());
process.on("SIGINT", () => void shutDown());
