import { oneAtATime } from "one-at-a-time";

setInterval(
  oneAtATime(async () => {
    const jobs = await (await fetch("/jobs")).text();
    await fetch("/runs", { method: "POST", body: jobs });
  }),
  5000,
);
