import Redis from "ioredis";
import Redlock from "redlock";

const redlock = new Redlock([new Redis()]);

export async function rebuild(id: string) {
  const lock = await redlock.acquire([`lock:${id}`], 5000);
  try {
    await work(id);
  } finally {
    await lock.release();
  }
}
