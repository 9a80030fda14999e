import { Mutex } from "async-mutex";

const turn = new Mutex();

setInterval(() => {
  void turn.runExclusive(async () => {
    const jobs = await (await fetch("/jobs")).text();
    await fetch("/runs", { method: "POST", body: jobs });
  });
}, 5000);
