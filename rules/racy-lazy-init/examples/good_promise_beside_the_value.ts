// The promise has a name of its own beside the value, as long as the value is on its way: who comes meanwhile waits for it,
// and writes the very same value again. It is taken away in the stretch in which the value comes, or the error.

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
  private connectionPromise: Promise<Connection> | undefined;

  async query(text: string): Promise<string> {
    if (!this.connection) {
      this.connectionPromise ??= connect("wss://db.example");
      try {
        this.connection = await this.connectionPromise;
      } finally {
        this.connectionPromise = undefined;
      }
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

const connections = new Map<string, Connection>();
const making = new Map<string, Promise<Connection>>();

export async function connectionTo(url: string): Promise<Connection> {
  let connection = connections.get(url);
  if (!connection) {
    const flight = making.get(url) ?? connect(url);
    making.set(url, flight);
    try {
      connection = await flight;
      connections.set(url, connection);
    } finally {
      making.delete(url);
    }
  }
  return connection;
}
