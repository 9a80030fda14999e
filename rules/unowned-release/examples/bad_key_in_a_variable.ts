import Redis from "ioredis";

const redis = new Redis();

export async function rebuild(id: string) {
  const key = `rebuild:${id}`;
  const got = await redis.set(key, "locked", "PX", 5000, "NX");
  if (got !== "OK") return;
  await work(id);
  // racelint-expect: unowned-release
  await redis.del(key);
}
