// Both runs find the order unpaid, both charge it.
export class Orders {
  private open = new Map<string, string>();

  add(id: string, amount: string): void {
    this.open.set(id, amount);
  }

  async pay(id: string): Promise<void> {
    const amount = this.open.get(id);
    if (!amount) return;
    await fetch("/charges", { method: "POST", body: amount });
    // racelint-expect: check-then-act
    this.open.delete(id);
  }
}

export const orders = new Orders();
document.addEventListener("pay", (event) => void orders.pay(event.type));
