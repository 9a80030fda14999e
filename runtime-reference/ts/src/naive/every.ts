/** An interval as it is written first: a timer that starts a body whether or not one runs. */
import type { Timers } from '../every.ts';

export function naiveEvery(milliseconds: number, body: () => Promise<void>, timers: Timers): () => void {
  let timer: unknown = null;
  const tick = () => {
    timer = timers.set(tick, milliseconds);
    // racelint-missed: overlapping-runs
    void body();
  };
  timer = timers.set(tick, milliseconds);
  return () => timers.clear(timer);
}

/** As it is used: jobs that wait are posted again by the next tick if posting takes longer than a period. */
export function postJobs(milliseconds: number, url: string): () => void {
  // racelint-expect: overlapping-runs
  const timer = setInterval(async () => {
    const jobs: string[] = await (await fetch(url)).json();
    for (const job of jobs) await fetch(`${url}/${job}`, { method: 'POST' });
  }, milliseconds);
  return () => clearInterval(timer);
}
