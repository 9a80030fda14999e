async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

export async function run(): Promise<void> {
  for (;;) {
    await fetch("/runs", { method: "POST" });
    await sleep(5000);
  }
}

void run();
