// Whoever comes when it is there already is told that this is a mistake: nobody is meant to connect twice.
import { createConnection, type Connection } from "mysql2/promise";

export class Link {
  private connection: Connection | undefined;

  async open(url: string): Promise<void> {
    if (this.connection) {
      throw new Error("is open already");
    }
    this.connection = await createConnection(url);
  }

  async close(): Promise<void> {
    await this.connection?.end();
    this.connection = undefined;
  }
}

export const link = new Link();
