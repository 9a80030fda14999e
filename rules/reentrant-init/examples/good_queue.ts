import { connect, type Channel } from "./channel";

let channel: Channel | undefined = undefined;
let tail: Promise<void> = Promise.resolve();

export function reconnect(url: string): Promise<void> {
  tail = tail.then(async () => {
    if (channel) await channel.close();
    channel = await connect(url);
  });
  return tail;
}
