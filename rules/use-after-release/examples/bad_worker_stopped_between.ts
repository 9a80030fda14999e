// `render` asks whether there is a worker, waits for the picture, and hands it to a worker that `stop` has ended.
import { start, type Worker } from "./worker";
import { fetchPicture } from "./pictures";

let worker: Worker | undefined = start();

export async function render(id: string): Promise<void> {
  if (!worker) return;
  const picture = await fetchPicture(id);
  worker.draw(picture); // racelint-expect: use-after-release
}

export function stop(): void {
  worker?.terminate();
  worker = undefined;
}

document.addEventListener("change", () => void render("cover"));
document.addEventListener("pagehide", () => stop());
