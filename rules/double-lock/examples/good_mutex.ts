import { Mutex, Semaphore } from "async-mutex";

/** Two locks, one after the other, one given back first, and one of which there are many. */
export class Notes {
  private mutex = new Mutex();
  private uploads = new Mutex();
  private slots = new Semaphore(4);
  private notes: string[] = [];

  async add(note: string): Promise<void> {
    const release = await this.mutex.acquire();
    this.notes.push(note);
    release();
    await this.save();
  }

  async save(): Promise<void> {
    await this.uploads.runExclusive(async () => {
      const notes = await this.mutex.runExclusive(() => [...this.notes]);
      await fetch("/notes", { method: "PUT", body: JSON.stringify(notes) });
    });
  }

  async fill(): Promise<void> {
    await this.slots.runExclusive(async () => {
      await this.slots.runExclusive(async () => {
        await fetch("/fill");
      });
    });
  }
}
