import { load } from "./pages";

let shown = "";

async function show(event: Event): Promise<void> {
  const text = await load(event.type);
  // racelint-expect: stale-response
  shown = text;
  document.title = shown;
}

document.addEventListener("click", show);
