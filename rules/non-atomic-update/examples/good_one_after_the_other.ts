let position = 0;

async function step(): Promise<void> {
  position = position + Number(await (await fetch("/next")).text());
}

async function main(): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await step();
  }
}

await main();
