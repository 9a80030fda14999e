// The connection is looked at again behind the wait.
import { open, type Connection } from "./connection";

export class Client {
  private connection: Connection | null = null;

  async start(url: string): Promise<void> {
    this.connection = await open(url);
  }

  async query(text: string): Promise<string> {
    if (!this.connection) throw new Error("not connected");
    await this.connection.ready();
    if (!this.connection) throw new Error("the connection was closed");
    return this.connection.send(text);
  }

  async close(): Promise<void> {
    const old = this.connection;
    this.connection = null;
    await old?.close();
  }
}

export const client = new Client();
setInterval(() => void client.query("ping"), 60_000);
document.addEventListener("pagehide", () => void client.close());
