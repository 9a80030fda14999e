import Redis from "ioredis";

const redis = new Redis();

import { randomUUID } from "node:crypto";

export async function rebuild(id: string) {
  const token = randomUUID();
  const got = await redis.set(`lock:${id}`, token, "EX", 30, "NX");
  if (!got) return;
  await work(id);
  // racelint-expect: unowned-release
  await redis.del(`lock:${id}`);
}
