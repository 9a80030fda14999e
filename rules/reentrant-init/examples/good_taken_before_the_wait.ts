import { dial, type Link } from "./link";

export class Client {
  private link: Link | undefined = dial();

  async stop(): Promise<void> {
    const link = this.link;
    this.link = undefined;
    if (!link) return;
    await link.send("goodbye");
    link.close();
  }
}

export const client = new Client();
