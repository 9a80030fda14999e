/** Single flight as it is written first: look in the map, connect, then enter the connection. */
export interface Connection {
  send(message: string): void;
  close(): void;
}

export class NaiveConnections {
  readonly #open: (address: string) => Promise<Connection>;
  readonly #known = new Map<string, Connection>();

  constructor(open: (address: string) => Promise<Connection>) {
    this.#open = open;
  }

  async get(address: string): Promise<Connection> {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const connection = await this.#open(address);
    // racelint-expect: racy-lazy-init
    this.#known.set(address, connection);
    return connection;
  }

  /** Closes those that are in the map; nobody knows of any other. */
  close(): void {
    for (const connection of this.#known.values()) connection.close();
    this.#known.clear();
  }
}

/** As it is used: whoever comes first connects, for all who send to that address. */
export class NaiveOutbox {
  readonly #connections: NaiveConnections;

  constructor(open: (address: string) => Promise<Connection>) {
    this.#connections = new NaiveConnections(open);
  }

  async send(address: string, message: string): Promise<void> {
    const connection = await this.#connections.get(address);
    connection.send(message);
  }

  close(): void {
    this.#connections.close();
  }
}
