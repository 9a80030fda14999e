import Redis from "ioredis";

const redis = new Redis();

export async function remember(id: string, value: string) {
  await redis.set(`cache:${id}`, value, "EX", 30);
}

export async function forget(id: string) {
  await redis.del(`cache:${id}`);
}
