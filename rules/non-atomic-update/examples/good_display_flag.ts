export class List {
  loading = false;
  error: string | undefined = undefined;

  async refresh(): Promise<void> {
    this.loading = true;
    this.error = undefined;
    try {
      await fetch("/list");
    } catch {
      this.error = "offline";
    } finally {
      this.loading = false;
    }
  }
}

export const list = new List();

window.addEventListener("focus", () => void list.refresh());
window.addEventListener("online", () => void list.refresh());
