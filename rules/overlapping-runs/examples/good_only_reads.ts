// Asking twice is asking once.
setInterval(async () => {
  const answer = await fetch("/health");
  await answer.text();
}, 5000);
