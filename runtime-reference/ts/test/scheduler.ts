/**
 * A deterministic scheduler: explores the orders in which awaits can end.
 *
 * A program awaits `step(name)` wherever the outside world would make it wait.
 * When nothing can go on by itself, the scheduler picks one of the waiting
 * steps and lets it end. All choices are tried depth-first, so the same program
 * gives the same schedules, and a failing one is told by its choices.
 */
export interface World {
  /** Waits until the scheduler lets this step end. */
  step(name: string): Promise<void>;
  /** Timers whose moments the scheduler picks. */
  readonly timers: {
    set(callback: () => void, milliseconds: number): unknown;
    clear(timer: unknown): void;
  };
}

export interface Explored {
  schedules: number;
  complete: boolean;
  failure: { schedule: string[]; error: Error } | null;
}

interface Waiting {
  readonly name: string;
  readonly isTimer: boolean;
  readonly go: () => void;
}

/** How many timers end in one schedule: without a limit one could tick for ever. */
const TICKS = 3;

/** Lets all that can go on without a choice go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function explore(
  program: (world: World) => Promise<void>,
  most = 5000,
): Promise<Explored> {
  let choices: number[] = [];
  for (let schedules = 1; ; schedules += 1) {
    const { options, names, error } = await run(program, choices);
    if (error !== null) {
      return { schedules, complete: false, failure: { schedule: names, error } };
    }
    // The next schedule: the last choice that had another option takes it.
    const taken = options.map((_, at) => choices[at] ?? 0);
    let at = options.length - 1;
    while (at >= 0 && (taken[at] ?? 0) + 1 >= (options[at] ?? 0)) at -= 1;
    if (at < 0) return { schedules, complete: true, failure: null };
    if (schedules >= most) return { schedules, complete: false, failure: null };
    choices = [...taken.slice(0, at), (taken[at] ?? 0) + 1];
  }
}

async function run(program: (world: World) => Promise<void>, choices: readonly number[]) {
  const waiting: Waiting[] = [];
  const options: number[] = [];
  const names: string[] = [];
  let ticks = 0;
  const add = (name: string, isTimer: boolean, go: () => void) => {
    const entry = { name, isTimer, go };
    waiting.push(entry);
    return entry;
  };
  const world: World = {
    step: (name) => new Promise((resolve) => add(name, false, resolve)),
    timers: {
      set: (callback) => add('timer', true, callback),
      clear: (timer) => {
        const at = waiting.indexOf(timer as Waiting);
        if (at >= 0) waiting.splice(at, 1);
      },
    },
  };
  let ended = false;
  let error: Error | null = null;
  program(world).then(
    () => (ended = true),
    (thrown: unknown) => {
      ended = true;
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    },
  );
  await settle();
  while (!ended) {
    const ready = waiting.filter((entry) => !entry.isTimer || ticks < TICKS);
    if (ready.length === 0) {
      error = new Error('nobody can go on');
      break;
    }
    if (options.length > 200) {
      error = new Error('the program does not end');
      break;
    }
    const choice = choices[options.length] ?? 0;
    options.push(ready.length);
    const next = ready[choice];
    if (next === undefined) throw new Error('the program is not deterministic');
    waiting.splice(waiting.indexOf(next), 1);
    if (next.isTimer) ticks += 1;
    names.push(next.name);
    next.go();
    await settle();
  }
  return { options, names, error: error as Error | null };
}
