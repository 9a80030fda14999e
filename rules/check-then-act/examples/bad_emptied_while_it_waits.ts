import { subscribe, unsubscribe } from "./server";

const listeners = new Map<string, Set<() => void>>();

export async function listen(channel: string, callback: () => void): Promise<void> {
  if (!listeners.has(channel)) {
    listeners.set(channel, new Set());
    await subscribe(channel);
  }
  listeners.get(channel)!.add(callback);
}

export async function unlisten(channel: string, callback: () => void): Promise<void> {
  listeners.get(channel)?.delete(callback);
  if (listeners.get(channel)?.size === 0) {
    await unsubscribe(channel);
    listeners.delete(channel); // racelint-expect: check-then-act
  }
}

document.addEventListener("focus", () => void listen("news", () => {}));
document.addEventListener("blur", () => void unlisten("news", () => {}));
