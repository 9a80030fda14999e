let running = false;

async function tick(): Promise<void> {
  if (running) return;
  running = true;
  try {
    const jobs = await fetch("/jobs");
    await fetch("/runs", { method: "POST", body: await jobs.text() });
  } finally {
    running = false;
  }
}

setInterval(() => void tick(), 5000);
