async function main(): Promise<void> {
  if (process.exitCode) return;
  const answer = await fetch("/health");
  if (!answer.ok) process.exitCode = 1;
}

void main();
