import { Mutex } from "async-mutex";

export class Orders {
  private open = new Map<string, string>();
  private readonly turn = new Mutex();

  add(id: string, amount: string): void {
    this.open.set(id, amount);
  }

  async pay(id: string): Promise<void> {
    await this.turn.runExclusive(async () => {
      const amount = this.open.get(id);
      if (!amount) return;
      await fetch("/charges", { method: "POST", body: amount });
      this.open.delete(id);
    });
  }
}

export const orders = new Orders();
document.addEventListener("pay", (event) => void orders.pay(event.type));
