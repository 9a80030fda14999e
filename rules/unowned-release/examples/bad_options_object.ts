import { createClient } from "redis";

const client = createClient();

export async function rebuild(id: string) {
  const got = await client.set(`lock:${id}`, "1", { NX: true, EX: 10 });
  if (!got) return;
  await work(id);
  // racelint-expect: unowned-release
  await client.del(`lock:${id}`);
}
