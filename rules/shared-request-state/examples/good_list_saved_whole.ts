// What is saved is all that has come until now: the newest list is what is wanted.
export class History {
  private messages: string[] = [];

  async add(message: string): Promise<void> {
    this.messages.push(message);
    await fetch("/lock");
    await fetch("/history", { method: "PUT", body: JSON.stringify(this.messages) });
  }
}

export const history = new History();
document.addEventListener("input", (event) => void history.add(event.type));
