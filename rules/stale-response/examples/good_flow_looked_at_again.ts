export class Checkout {
  status: "idle" | "pending" | "open" = "idle";
  private flow = 0;

  async start(plan: string): Promise<void> {
    if (this.status !== "idle") return;
    this.status = "pending";
    const mine = ++this.flow;
    const answer = await fetch("/checkout", { method: "POST", body: plan });
    await answer.text();
    if (mine !== this.flow) return;
    this.status = "open";
  }

  reset(): void {
    this.flow += 1;
    this.status = "idle";
  }
}

export const checkout = new Checkout();
document.addEventListener("click", () => void checkout.start("small"));
document.addEventListener("reset", () => checkout.reset());
