import Redis from "ioredis";

const redis = new Redis();

export async function once(id: string) {
  const got = await redis.set(`sent:${id}`, "1", "EX", 86400, "NX");
  if (got) await send(id);
}
