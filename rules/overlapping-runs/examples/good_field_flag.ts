export class Poller {
  private busy = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.timer = setInterval(() => void this.poll(), 5000);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await fetch("/polls", { method: "POST" });
    } finally {
      this.busy = false;
    }
  }
}
