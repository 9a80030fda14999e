import Redis from "ioredis";

const redis = new Redis();

const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end";

export async function rebuild(id: string, token: string) {
  const got = await redis.set(`lock:${id}`, token, "EX", 30, "NX");
  if (!got) return;
  await work(id);
  await redis.eval(RELEASE, 1, `lock:${id}`, token);
}
