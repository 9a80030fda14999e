/** Another name is another lock; with `ifAvailable` nobody waits. */
export async function signIn(token: string): Promise<void> {
  await navigator.locks.request("session", async () => {
    await navigator.locks.request("storage", async () => {
      await store(token);
    });
    await navigator.locks.request("session", { ifAvailable: true }, async (lock) => {
      if (lock) await store(token);
    });
  });
}

async function store(token: string): Promise<void> {
  await fetch("/session", { method: "PUT", body: token });
}
