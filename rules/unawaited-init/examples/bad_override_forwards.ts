import { dial, type Socket } from "./socket";

export class Channel {
  protected socket: Socket | undefined;

  async connect(url: string): Promise<void> {
    this.socket = await dial(url);
  }
}

export class LoudChannel extends Channel {
  async connect(url: string): Promise<void> {
    // racelint-expect: unawaited-init
    super.connect(url);
  }
}
