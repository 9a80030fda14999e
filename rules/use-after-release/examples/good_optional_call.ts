// Behind the wait nothing is done where nothing is there any more.
import { open, type Recorder } from "./recorder";

export class Meeting {
  private recorder: Recorder | undefined;

  async begin(): Promise<void> {
    this.recorder = await open();
  }

  async mark(text: string): Promise<void> {
    if (!this.recorder) return;
    await fetch("/marks");
    this.recorder?.note(text);
  }

  end(): void {
    this.recorder?.close();
    this.recorder = undefined;
  }
}

export const meeting = new Meeting();
document.addEventListener("keydown", () => void meeting.mark("here"));
document.addEventListener("pagehide", () => meeting.end());
