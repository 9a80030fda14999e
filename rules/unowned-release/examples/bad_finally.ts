import Redis from "ioredis";

const redis = new Redis();

export async function rebuild(id: string, work: () => Promise<void>) {
  const got = await redis.set(`lock:${id}`, "1", "EX", 30, "NX");
  if (!got) return;
  try {
    await work();
  } finally {
    // racelint-expect: unowned-release
    await redis.del(`lock:${id}`);
  }
}
