/** Locks of the browser are not handed on to what runs inside them. */
export async function signIn(token: string): Promise<void> {
  await navigator.locks.request("session", async () => {
    await store(token);
    await refresh();
  });
}

export async function refresh(): Promise<void> {
  // racelint-expect: double-lock
  await navigator.locks.request("session", async () => {
    await store("fresh");
  });
}

async function store(token: string): Promise<void> {
  await fetch("/session", { method: "PUT", body: token });
}
