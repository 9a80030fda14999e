import Redis from "ioredis";

const redis = new Redis();

export async function allowed(address: string) {
  const seen = Number(await redis.get(`seen:${address}`)) || 0;
  if (seen >= 10) return false;
  // racelint-expect: row-read-modify-write
  await redis.set(`seen:${address}`, seen + 1, "EX", 60);
  return true;
}
