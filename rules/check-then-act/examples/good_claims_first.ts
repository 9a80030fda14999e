export class Orders {
  private open = new Map<string, string>();

  add(id: string, amount: string): void {
    this.open.set(id, amount);
  }

  async pay(id: string): Promise<void> {
    const amount = this.open.get(id);
    if (!amount) return;
    this.open.delete(id);
    await fetch("/charges", { method: "POST", body: amount });
  }
}

export const orders = new Orders();
document.addEventListener("pay", (event) => void orders.pay(event.type));
