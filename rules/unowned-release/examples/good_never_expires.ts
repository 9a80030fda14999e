import Redis from "ioredis";

const redis = new Redis();

export async function rebuild(id: string) {
  const got = await redis.set(`lock:${id}`, "1", "NX");
  if (!got) return;
  await work(id);
  await redis.del(`lock:${id}`);
}
