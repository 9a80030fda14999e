// The commonest form: a field is tested, awaited for and set. Two first callers each open a connection.

class Connection {
  constructor(private readonly socket: WebSocket) {}

  async query(text: string): Promise<string> {
    this.socket.send(text);
    return text;
  }

  async close(): Promise<void> {
    this.socket.close();
  }
}

async function connect(url: string): Promise<Connection> {
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  return new Connection(socket);
}

export class Database {
  private connection: Connection | undefined;

  async query(text: string): Promise<string> {
    if (!this.connection) {
      // racelint-expect: racy-lazy-init
      this.connection = await connect("wss://db.example");
    }
    return await this.connection.query(text);
  }

  async close(): Promise<void> {
    const connection = this.connection;
    this.connection = undefined;
    await connection?.close();
  }
}

export const database = new Database();
