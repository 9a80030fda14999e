const locks = new Map<string, boolean>();

export async function rebuild(id: string) {
  if (locks.has(id)) return;
  locks.set(id, true);
  try {
    await work(id);
  } finally {
    locks.delete(id);
  }
}
