async function tick(): Promise<void> {
  try {
    const jobs = await fetch("/jobs");
    await fetch("/runs", { method: "POST", body: await jobs.text() });
  } finally {
    setTimeout(() => void tick(), 5000);
  }
}

setTimeout(() => void tick(), 5000);
