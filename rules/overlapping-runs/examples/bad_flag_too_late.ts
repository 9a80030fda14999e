// The flag goes up behind the first wait: two runs have passed it by then.
let running = false;

async function tick(): Promise<void> {
  if (running) return;
  const job = await (await fetch("/jobs/next")).text();
  // racelint-expect: broken-guard
  running = true;
  try {
    await fetch("/runs", { method: "POST", body: job });
  } finally {
    running = false;
  }
}

// racelint-expect: overlapping-runs
setInterval(tick, 5000);
