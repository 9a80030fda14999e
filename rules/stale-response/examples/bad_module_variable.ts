let shown = "";

async function show(event: Event): Promise<void> {
  const answer = await fetch(`/pages/${event.type}`);
  const text = await answer.text();
  // racelint-expect: stale-response
  shown = text;
  document.title = shown;
}

document.addEventListener("click", show);
