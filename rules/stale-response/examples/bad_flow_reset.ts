export class Checkout {
  status: "idle" | "pending" | "open" = "idle";

  async start(plan: string): Promise<void> {
    if (this.status !== "idle") return;
    this.status = "pending";
    const answer = await fetch("/checkout", { method: "POST", body: plan });
    await answer.text();
    // racelint-expect: stale-response
    this.status = "open";
  }

  reset(): void {
    this.status = "idle";
  }
}

export const checkout = new Checkout();
document.addEventListener("click", () => void checkout.start("small"));
document.addEventListener("reset", () => checkout.reset());
