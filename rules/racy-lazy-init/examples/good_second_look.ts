// Looks again after the await; who comes second closes what it made and takes what is there.

import { connect, type Socket } from "node:net";

async function open(port: number): Promise<Socket> {
  return await new Promise((resolve) => {
    const socket = connect(port, () => resolve(socket));
  });
}

export class Printer {
  private socket: Socket | undefined;

  async ready(): Promise<Socket> {
    if (this.socket) return this.socket;
    const socket = await open(9100);
    if (this.socket) {
      socket.destroy();
      return this.socket;
    }
    this.socket = socket;
    return socket;
  }

  stop(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }
}

export const printer = new Printer();
