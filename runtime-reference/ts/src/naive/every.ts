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
