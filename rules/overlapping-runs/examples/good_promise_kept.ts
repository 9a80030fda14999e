// The run under way is kept, and nobody starts another one while it is there.
let current: Promise<void> | null = null;

async function work(): Promise<void> {
  const jobs = await (await fetch("/jobs")).text();
  await fetch("/runs", { method: "POST", body: jobs });
}

setInterval(() => {
  if (current) return;
  current = work().finally(() => {
    current = null;
  });
}, 5000);
