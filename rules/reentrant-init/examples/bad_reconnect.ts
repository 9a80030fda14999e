import { connect, type Channel } from "./channel";

let channel: Channel | undefined = undefined;

export async function reconnect(url: string): Promise<void> {
  await hangUp();
  // racelint-expect: reentrant-init
  channel = await connect(url);
}

export async function hangUp(): Promise<void> {
  if (!channel) return;
  await channel.close();
  channel = undefined;
}

document.addEventListener("click", () => void reconnect("small")); // racelint-expect: unawaited-init
document.addEventListener("submit", () => void reconnect("large")); // racelint-expect: unawaited-init
