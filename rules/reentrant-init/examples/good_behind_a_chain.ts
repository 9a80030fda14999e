// The private step waits between looking and closing. All runs that come to it stand in one line, so no two meet there.
class Screen {
  private session?: WebSocket;
  private line: Promise<void> = Promise.resolve();

  constructor(button: HTMLElement) {
    button.addEventListener('click', () => this.reset());
  }

  reset(): Promise<void> {
    const turn = this.line.then(() => this.takeDown());
    this.line = turn.then(() => {}).catch(() => {});
    return turn;
  }

  private async takeDown() {
    if (this.session) {
      await farewell(this.session);
      this.session.close();
      this.session = undefined;
    }
  }
}

export const screen = new Screen(document.body);
