export class Orders {
  private open = new Map<string, string>();
  private paying = false;

  add(id: string, amount: string): void {
    this.open.set(id, amount);
  }

  async pay(id: string): Promise<void> {
    if (this.paying) return;
    this.paying = true;
    try {
      const amount = this.open.get(id);
      if (!amount) return;
      await fetch("/charges", { method: "POST", body: amount });
      this.open.delete(id);
    } finally {
      this.paying = false;
    }
  }
}

export const orders = new Orders();
document.addEventListener("pay", (event) => void orders.pay(event.type));
