// The promise is stored before anybody waits: the second caller waits for the same connection.

class Connection {
  async query(text: string): Promise<string> {
    return text;
  }

  async close(): Promise<void> {}
}

async function connect(): Promise<Connection> {
  await fetch("/hello");
  return new Connection();
}

export class Database {
  private connection: Promise<Connection> | undefined;

  async query(text: string): Promise<string> {
    this.connection ??= connect();
    const connection = await this.connection;
    return await connection.query(text);
  }
}

export const database = new Database();
