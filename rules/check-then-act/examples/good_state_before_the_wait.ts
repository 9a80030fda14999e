export class Player {
  private state: "stopped" | "playing" = "stopped";

  async play(track: string): Promise<void> {
    if (this.state === "playing") return;
    this.state = "playing";
    await fetch("/plays", { method: "POST", body: track });
  }

  stop(): void {
    this.state = "stopped";
  }
}

export const player = new Player();
document.addEventListener("click", () => void player.play("one"));
