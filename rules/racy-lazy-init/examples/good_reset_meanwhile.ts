// All runs share one promise; who resets everything meanwhile makes nothing.
import { createClient, type RedisClientType } from "redis";

let client: RedisClientType | undefined;
let opening: Promise<RedisClientType> | undefined;

export async function getClient(): Promise<RedisClientType> {
  if (client?.isReady) {
    return client;
  }
  if (opening) {
    return await opening;
  }
  opening = (async () => {
    const made: RedisClientType = createClient();
    await made.connect();
    client = made;
    return made;
  })();
  try {
    return await opening;
  } finally {
    opening = undefined;
  }
}

export async function reset(): Promise<void> {
  await client?.quit();
  client = undefined;
  opening = undefined;
}
