import Redis from "ioredis";

export class Locks {
  constructor(private redis: Redis) {}

  async acquire(id: string) {
    return await this.redis.set(`lock:${id}`, "1", "EX", 30, "NX");
  }

  async release(id: string) {
    // racelint-expect: unowned-release
    await this.redis.del(`lock:${id}`);
  }
}
