import { connect, type Channel } from "./channel";

let channel: Channel | undefined = undefined;

async function open(): Promise<void> {
  channel = await connect("ws://localhost");
}

async function main(): Promise<void> {
  await open();
  channel?.close();
}

await main();
