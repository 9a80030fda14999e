export class Ledger {
  private held = new Map<string, number>();

  hold(id: string, amount: number): void {
    this.held.set(id, amount);
  }

  async refund(id: string): Promise<void> {
    if (!this.held.has(id)) throw new Error("nothing is held");
    await fetch("/refunds", { method: "POST", body: id });
    // racelint-expect: check-then-act
    this.held.delete(id);
  }
}

export const ledger = new Ledger();
document.addEventListener("hold", (event) => ledger.hold(event.type, 1));
document.addEventListener("refund", (event) => void ledger.refund(event.type));
