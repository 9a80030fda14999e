// A counter takes its own increment back: increments and decrements of different runs commute.

export class Tracker {
  private pending = 0;

  get idle(): boolean {
    return this.pending === 0;
  }

  async track<T>(work: Promise<T>): Promise<T> {
    this.pending++;
    try {
      return await work;
    } finally {
      this.pending--;
    }
  }
}

export const tracker = new Tracker();
