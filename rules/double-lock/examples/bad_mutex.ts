import { Mutex } from "async-mutex";

/** Saving takes the lock that its caller holds. */
export class Notes {
  private mutex = new Mutex();
  private notes: string[] = [];

  async add(note: string): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.notes.push(note);
      await this.save();
    });
  }

  async save(): Promise<void> {
    // racelint-expect: double-lock
    await this.mutex.runExclusive(async () => {
      await fetch("/notes", { method: "PUT", body: JSON.stringify(this.notes) });
    });
  }
}
