export function start(): void {
  // racelint-expect: overlapping-runs
  setInterval(async () => {
    const jobs = await (await fetch("/jobs")).text();
    await fetch("/runs", { method: "POST", body: jobs });
  }, 5000);
}
