import Redis from "ioredis";

const redis = new Redis();

export async function rebuild(id: string, token: string) {
  const got = await redis.set(`lock:${id}`, token, "EX", 30, "NX");
  if (!got) return;
  await work(id);
  const owner = await redis.get(`lock:${id}`);
  if (owner === token) {
    await redis.del(`lock:${id}`);
  }
}
