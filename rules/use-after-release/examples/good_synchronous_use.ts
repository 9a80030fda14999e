// All that is done with the canvas is done before anybody else can come.
import { create, type Canvas } from "./canvas";

let canvas: Canvas | undefined;

export async function draw(url: string): Promise<void> {
  const picture = await (await fetch(url)).blob();
  if (!canvas) canvas = create();
  canvas.clear();
  canvas.paint(picture);
}

export function close(): void {
  canvas?.dispose();
  canvas = undefined;
}

document.addEventListener("click", () => void draw("/one"));
document.addEventListener("pagehide", () => close());
