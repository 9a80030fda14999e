// `??=` with an await on its right side tests first and stores after: no better than an `if`.

import { connect, type Socket } from "node:net";

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, () => resolve(socket));
    socket.on("error", reject);
  });
}

export class Printer {
  private socket: Socket | undefined;

  async print(page: Uint8Array): Promise<void> {
    // racelint-expect: racy-lazy-init
    this.socket ??= await open(9100);
    this.socket.write(page);
  }

  stop(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }
}

export const printer = new Printer();
