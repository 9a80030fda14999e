// The body tests and sets without a guard of its own; its only caller has one at the door.

class Connection {
  async close(): Promise<void> {}
}

async function connect(): Promise<Connection> {
  await fetch("/hello");
  return new Connection();
}

export class Database {
  private connection: Connection | undefined;
  private opening: Promise<void> | undefined;

  async open(): Promise<void> {
    if (!this.opening) {
      this.opening = this.doOpen().finally(() => {
        this.opening = undefined;
      });
    }
    await this.opening;
  }

  private async doOpen(): Promise<void> {
    if (!this.connection) {
      this.connection = await connect();
    }
  }
}

export const database = new Database();
