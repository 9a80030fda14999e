// `query` has checked the connection, waits for it, and uses it again: by then `close` may have taken it away.
import { open, type Connection } from "./connection";

export class Client {
  private connection: Connection | null = null;

  async start(url: string): Promise<void> {
    this.connection = await open(url);
  }

  async query(text: string): Promise<string> {
    if (!this.connection) throw new Error("not connected");
    await this.connection.ready();
    // racelint-expect: use-after-release
    return this.connection.send(text);
  }

  async close(): Promise<void> {
    const old = this.connection;
    this.connection = null;
    await old?.close();
  }
}

export const client = new Client();
setInterval(() => void client.query("ping"), 1000);
document.addEventListener("pagehide", () => void client.close());
