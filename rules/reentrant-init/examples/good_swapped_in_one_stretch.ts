import { connect, type Channel } from "./channel";

export class Session {
  private channel: Channel | undefined = undefined;

  async renew(url: string): Promise<void> {
    const next = await connect(url);
    const old = this.channel;
    this.channel = next;
    old?.close();
  }
}

export const session = new Session();
