import { openDecoder, type Decoder } from "./decoder";

let decoder: Decoder | undefined = undefined;

export async function decode(url: string): Promise<void> {
  await stop();
  // racelint-expect: reentrant-init
  decoder = await openDecoder(url);
}

export async function stop(): Promise<void> {
  if (!decoder) return;
  await decoder.terminate();
  decoder = undefined;
}

document.addEventListener("click", () => void decode("small")); // racelint-expect: unawaited-init
document.addEventListener("submit", () => void decode("large")); // racelint-expect: unawaited-init
