import Redis from "ioredis";

const redis = new Redis();

export async function rebuild(id: string) {
  const got = await redis.set(`rebuilt:${id}`, "1", "EX", 30, "NX");
  if (!got) return;
  await redis.del(`cache:${id}`);
}
