import { open, type Handle } from "./handles";

let handle: Handle | undefined = open();

export async function shutDown(): Promise<void> {
  const mine = handle;
  handle = undefined;
  if (!mine) return;
  await mine.flush();
  mine.close();
}

process.on("SIGTERM", () => void shutDown());
process.on("SIGINT", () => void shutDown());
