// Two turns stand in a line, though each keeps a promise over its work and not the work itself.
class Screen {
  private session?: WebSocket;
  private turn?: Promise<unknown>;

  constructor(button: HTMLElement) {
    button.addEventListener('click', () => this.reset());
  }

  async reset() {
    while (this.turn) {
      await this.turn;
    }
    this.turn = Promise.allSettled([this.takeDown()]);
    await this.turn;
    this.turn = undefined;
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
