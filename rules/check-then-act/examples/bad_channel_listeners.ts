// The last listener has gone, the server is told, and only then is the channel forgotten: with a listener that came meanwhile.

type Listener = (payload: string) => void;

export class Channels {
  private listeners = new Map<string, Set<Listener>>();

  async listen(channel: string, listener: Listener): Promise<void> {
    const known = this.listeners.get(channel);
    if (known) {
      known.add(listener);
      return;
    }
    this.listeners.set(channel, new Set([listener]));
    await fetch(`/listen/${channel}`);
  }

  async unlisten(channel: string, listener: Listener): Promise<void> {
    this.listeners.get(channel)?.delete(listener);
    if (this.listeners.get(channel)?.size === 0) {
      await fetch(`/unlisten/${channel}`);
      // racelint-expect: check-then-act
      this.listeners.delete(channel);
    }
  }
}

export const channels = new Channels();
