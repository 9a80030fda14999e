// Every caller waits for the one before it: the chain is a mutex.

class Connection {
  async send(text: string): Promise<void> {
    await fetch("/send", { method: "POST", body: text });
  }

  async close(): Promise<void> {}
}

async function connect(): Promise<Connection> {
  await fetch("/hello");
  return new Connection();
}

export class Outbox {
  private tail: Promise<void> = Promise.resolve();
  private connection: Connection | undefined;

  send(text: string): Promise<void> {
    this.tail = this.tail.then(async () => {
      if (!this.connection) {
        this.connection = await connect();
      }
      await this.connection.send(text);
    });
    return this.tail;
  }
}

export const outbox = new Outbox();
