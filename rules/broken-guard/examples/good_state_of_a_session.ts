// The mark tells how a session stands, and is taken back only where beginning has failed: it keeps no run out.
interface Wire {
  send(text: string): Promise<void>;
}

class Session {
  private isActive = false;

  constructor(private readonly wire: Wire) {}

  async begin(): Promise<void> {
    if (this.isActive) throw new Error("already begun");
    this.isActive = true;
    try {
      await this.wire.send("BEGIN");
    } catch (error) {
      this.isActive = false;
      throw error;
    }
  }

  async commit(): Promise<void> {
    if (!this.isActive) throw new Error("not begun");
    await this.wire.send("COMMIT");
    this.isActive = false;
  }
}

export class Driver {
  constructor(private readonly wire: Wire) {}

  session(): Session {
    return new Session(this.wire);
  }
}
