import cron from "node-cron";

// racelint-expect: overlapping-runs
cron.schedule("* * * * *", async () => {
  const mails = await (await fetch("/mails/waiting")).text();
  await fetch("/mails/sent", { method: "POST", body: mails });
});
