import Redis from "ioredis";

const redis = new Redis();

export async function allowed(address: string) {
  return (await redis.incr(`seen:${address}`)) <= 10;
}

export async function page(id: string, render: (id: string) => Promise<string>) {
  const known = await redis.get(`page:${id}`);
  if (known) return known;
  const made = await render(id);
  await redis.set(`page:${id}`, made, "EX", 60);
  return made;
}
