import { ask, renew } from "./network";

class Client {
  private token: string | undefined = "first";

  async get(path: string): Promise<string> {
    try {
      const answer = await ask(path);
      return answer;
    } catch {
      await this.refresh();
      return ask(path);
    }
  }

  private async refresh(): Promise<void> {
    if (!this.token) return;
    const { token } = await renew(this.token);
    this.token = token; // racelint-expect: non-atomic-update
  }
}

const client = new Client();

document.addEventListener("click", () => void client.get("news"));
