/**
 * Non-overlapping interval: the loop awaits its body, so two bodies cannot run.
 *
 * Ticks that fall into a run are skipped, triggers during a run make one more,
 * an error does not end it, and after `stop()` nothing runs.
 */
export interface Timers {
  set(callback: () => void, milliseconds: number): unknown;
  clear(timer: unknown): void;
}

export interface Every {
  /** Asks for a run as soon as none is running. */
  trigger(): void;
  /** Ends it and resolves when the last body has ended. */
  stop(): Promise<void>;
}

const REAL: Timers = {
  set: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

export function every(
  milliseconds: number,
  body: () => Promise<void>,
  onError: (error: unknown) => void,
  timers: Timers = REAL,
): Every {
  let stopped = false;
  let triggered = false;
  let wake: (() => void) | null = null;

  const wait = () =>
    new Promise<void>((resolve) => {
      if (triggered || stopped) return resolve();
      const timer = timers.set(resolve, milliseconds);
      wake = () => {
        timers.clear(timer);
        resolve();
      };
    });

  // #region loop
  const loop = async () => {
    while (!stopped) {
      await wait();
      wake = null;
      if (stopped) return;
      triggered = false;
      try {
        await body();
      } catch (error) {
        onError(error);
      }
    }
  };
  // #endregion loop

  const done = loop();
  return {
    trigger() {
      triggered = true;
      wake?.();
    },
    stop() {
      stopped = true;
      wake?.();
      return done;
    },
  };
}
