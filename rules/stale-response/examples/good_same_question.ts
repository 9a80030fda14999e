export class Status {
  text = "";

  async refresh(): Promise<void> {
    const answer = await fetch("/status");
    this.text = await answer.text();
  }
}

export const status = new Status();
document.addEventListener("click", () => void status.refresh());
