// The same with a set of keys in progress: the key is added too late.

const inProgress = new Set<string>();

export async function publish(id: string): Promise<void> {
  if (inProgress.has(id)) return;
  const draft = await (await fetch(`/drafts/${id}`)).text();
  // racelint-expect: broken-guard
  inProgress.add(id);
  try {
    await fetch("/posts", { method: "POST", body: draft });
  } finally {
    inProgress.delete(id);
  }
}
