// The private step waits between looking and closing, and nobody who calls it keeps two runs apart.
class Screen {
  private session?: WebSocket;

  constructor(button: HTMLElement) {
    button.addEventListener('click', () => this.reset());
  }

  reset(): Promise<void> {
    return this.takeDown();
  }

  private async takeDown() {
    if (this.session) {
      await farewell(this.session);
      // racelint-expect: reentrant-init
      this.session.close();
      this.session = undefined;
    }
  }
}

export const screen = new Screen(document.body);
