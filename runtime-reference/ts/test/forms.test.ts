/** Every form holds on every schedule explored; every twin fails within its bound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { every, GuardedLoader, Latest, Mutex, SingleFlight, transaction } from '../src/index.ts';
import type { Transaction } from '../src/index.ts';
import { naiveEvery, postJobs } from '../src/naive/every.ts';
import { loadAll, NaiveLoader } from '../src/naive/guarded-loader.ts';
import { NaiveSearch, searchAsTyped } from '../src/naive/latest.ts';
import { addTwice, NaiveCounter } from '../src/naive/mutex.ts';
import { NaiveOutbox } from '../src/naive/single-flight.ts';
import { naiveAdd } from '../src/naive/transaction.ts';
import { explore, type World } from './scheduler.ts';

function holds(name: string, program: (world: World) => Promise<void>) {
  test(`${name} holds`, async (t) => {
    const explored = await explore(program);
    t.diagnostic(`explored ${explored.schedules} schedules, ${explored.complete ? 'all' : 'a part'}`);
    const { failure } = explored;
    assert.equal(failure, null, `${failure?.error.message} on ${failure?.schedule.join(', ')}`);
    assert.ok(explored.schedules > 1, 'there must be something to choose');
  });
}

function breaks(name: string, within: number, program: (world: World) => Promise<void>) {
  test(`${name} breaks`, async (t) => {
    const explored = await explore(program, within);
    t.diagnostic(`broke on schedule ${explored.schedules} of at most ${within}`);
    assert.notEqual(explored.failure, null, `the twin held for ${explored.schedules} schedules`);
  });
}

/** Counts what is inside at once. */
function room() {
  let inside = 0;
  return async (world: World, name: string) => {
    inside += 1;
    try {
      assert.equal(inside, 1, 'two at once');
      await world.step(name);
    } finally {
      inside -= 1;
    }
  };
}

holds('guarded loader: one load, one refusal', async (world) => {
  const visit = room();
  const warnings: string[] = [];
  let opened = 0;
  const open = new Set<number>();
  const loader = new GuardedLoader<string, number>({
    open: async (path) => {
      await visit(world, `open ${path}`);
      opened += 1;
      open.add(opened);
      return opened;
    },
    close: async (model) => {
      assert.ok(open.delete(model), 'closed twice');
      await world.step('close');
    },
    warn: (message) => warnings.push(message),
  });
  const predict = async () => {
    await loader.use(async (model) => {
      await world.step('predict');
      assert.ok(open.has(model), 'a model was closed under a prediction');
    });
  };
  const start = async (path: string) => {
    await world.step(`start ${path}`);
    return loader.load(path);
  };
  const [a, b] = await Promise.all([start('a'), start('b'), predict()]);
  assert.ok(a !== null || b !== null, 'one of them loads');
  assert.equal(warnings.length, Number(a === null) + Number(b === null));
  await Promise.all([loader.load('c'), predict()]);
  assert.equal(loader.isLoading, false);
  assert.equal(open.size, 1, 'old models are closed');
});

holds('guarded loader: an error clears the mark, an unload stands', async (world) => {
  let fail = true;
  const loader = new GuardedLoader<string, string>({
    open: async (path) => {
      await world.step(`open ${path}`);
      if (fail) throw new Error('no file');
      return path;
    },
    close: () => world.step('close'),
    warn: () => undefined,
  });
  await assert.rejects(loader.load('a'), /no file/);
  assert.equal(loader.isLoading, false);
  fail = false;
  const unload = async () => {
    await world.step('unload');
    const during = loader.isLoading;
    await loader.unload();
    return during;
  };
  const [loaded, during] = await Promise.all([loader.load('b'), unload()]);
  const used = await loader.use(async (model) => model);
  assert.equal(used, null, 'the unload was undone');
  assert.equal(loaded, during ? null : 'b');
});

test('guarded loader: the six behaviours of the incident', async () => {
  const warnings: string[] = [];
  let opens = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  let next = promise;
  const loader = new GuardedLoader<string, string>({
    open: () => {
      opens += 1;
      return next;
    },
    close: async () => undefined,
    warn: (message) => warnings.push(message),
  });
  const first = loader.load('a');
  assert.equal(loader.isLoading, true, 'the mark stands during the load');
  assert.equal(await loader.load('b'), null, 'the refused call gets null at once');
  assert.equal(opens, 1, 'no second load was started');
  assert.deepEqual(warnings, ['load refused: another load is running']);
  const joined = loader.load('c', 'join');
  resolve('model');
  assert.equal(await first, 'model');
  assert.equal(await joined, 'model');
  assert.equal(loader.isLoading, false, 'cleared after success');
  const failing = Promise.withResolvers<string>();
  next = failing.promise;
  const second = loader.load('d');
  failing.reject(new Error('no memory'));
  await assert.rejects(second, /no memory/);
  assert.equal(loader.isLoading, false, 'cleared after an error');
  assert.equal(await loader.use(async (model) => model), 'model', 'the old model serves on');
});

test('guarded loader: who loads while opening is refused', async () => {
  let inner: Promise<string | null> | null = null;
  const loader: GuardedLoader<string, string> = new GuardedLoader({
    open: async (path) => {
      inner = loader.load('inner');
      return path;
    },
    close: async () => undefined,
    warn: () => undefined,
  });
  assert.equal(await loader.load('outer'), 'outer');
  assert.equal(await inner, null);
});

breaks('naive loader: two loads', 20, async (world) => {
  const visit = room();
  const open = async (path: string) => {
    await visit(world, `open ${path}`);
    return path;
  };
  const loader = await loadAll(['old'], open, () => world.step('close'));
  await Promise.all([loader.load('a'), loader.load('b')]);
});

breaks('naive loader: stuck after an error', 2, async (world) => {
  const loader = new NaiveLoader<string, string>(
    async () => {
      await world.step('open');
      throw new Error('no file');
    },
    async () => undefined,
  );
  await assert.rejects(loader.load('a'));
  assert.equal(loader.isLoading, false, 'the flag stayed up');
});

holds('single flight: one run, errors shared and not kept', async (world) => {
  const flights = new SingleFlight<string, number>();
  const visit = room();
  let runs = 0;
  const ask = async (name: string) => {
    await world.step(`ask ${name}`);
    return flights.run('k', async () => {
      await visit(world, `run ${name}`);
      runs += 1;
      if (runs === 1) throw new Error('down');
      return runs;
    });
  };
  const answers = await Promise.allSettled([ask('a'), ask('b'), ask('c')]);
  assert.ok(answers.some((answer) => answer.status === 'rejected'));
  assert.equal(flights.size, 0);
  assert.ok((await ask('d')) >= 2, 'an error is not kept');
});

holds('single flight: a forgotten run removes no newer entry', async (world) => {
  const flights = new SingleFlight<string, string>();
  const run = (name: string) =>
    flights.run('k', async () => {
      await world.step(name);
      return name;
    });
  const old = run('old');
  flights.forget('k');
  const newer = run('new');
  let ended = false;
  void newer.then(() => (ended = true));
  await old;
  if (!ended) assert.equal(flights.size, 1, 'the newer entry must stand');
  assert.deepEqual(await Promise.all([old, newer]), ['old', 'new']);
});

test('single flight: work that throws at once leaves no entry', async () => {
  const flights = new SingleFlight<string, string>();
  const work = () => {
    throw new Error('at once');
  };
  await assert.rejects(flights.run('k', work), /at once/);
  assert.equal(flights.size, 0);
});

breaks('naive outbox: a connection is never closed', 20, async (world) => {
  let open = 0;
  const outbox = new NaiveOutbox(async (address) => {
    await world.step(`connect ${address}`);
    open += 1;
    return { send: () => undefined, close: () => (open -= 1) };
  });
  await Promise.all([outbox.send('a', 'one'), outbox.send('a', 'two')]);
  outbox.close();
  assert.equal(open, 0);
});

holds('latest wins: the newest answer is shown', async (world) => {
  const latest = new Latest();
  let shown = '';
  const search = (text: string) =>
    latest.run(
      async (signal) => {
        await world.step(`answer ${text}`);
        if (text === 'b' && signal.aborted) throw new Error('stopped');
        return text;
      },
      (answer) => (shown = answer),
    );
  const applied = await Promise.all([search('a'), search('b'), search('c')]);
  assert.deepEqual(applied, [false, false, true]);
  assert.equal(shown, 'c');
  const late = search('d');
  latest.cancel();
  assert.equal(await late, false);
  assert.equal(shown, 'c');
});

breaks('naive search: the older answer lands last', 10, async (world) => {
  const answers: Promise<void>[] = [];
  const search = new NaiveSearch((text) => {
    const answer = world.step(`answer ${text}`);
    answers.push(answer);
    return answer.then(() => text);
  });
  const field = new EventTarget();
  searchAsTyped(field, search);
  for (const detail of ['a', 'b']) field.dispatchEvent(new CustomEvent('input', { detail }));
  await Promise.all(answers);
  await world.step('shown');
  assert.equal(search.shown, 'b');
});

holds('mutex: one inside, in order, an error frees it', async (world) => {
  const mutex = new Mutex();
  const visit = room();
  const order: string[] = [];
  const enter = (name: string) =>
    mutex.run(async () => {
      order.push(name);
      await visit(world, name);
      if (name === 'b') throw new Error('no');
    });
  const other = async () => {
    await world.step('other');
    await enter('d');
  };
  await Promise.allSettled([enter('a'), enter('b'), enter('c'), other()]);
  assert.deepEqual(order.filter((name) => name !== 'd'), ['a', 'b', 'c']);
  assert.equal(order.length, 4);
});

breaks('naive counter: an addition is lost', 20, async (world) => {
  const counter = new NaiveCounter();
  await addTwice(counter, (value) => world.step(`save ${value}`));
  assert.equal(counter.value, 2);
});

holds('interval: one body, none after stop, triggers coalesce', async (world) => {
  const visit = room();
  let runs = 0;
  let stopped = false;
  const errors: unknown[] = [];
  const handle = every(
    10,
    async () => {
      assert.equal(stopped, false, 'a body after stop');
      runs += 1;
      await visit(world, `body ${runs}`);
      if (runs === 1) throw new Error('once');
    },
    (error) => errors.push(error),
    world.timers,
  );
  handle.trigger();
  await world.step('first');
  handle.trigger();
  handle.trigger();
  await world.step('second');
  await handle.stop();
  stopped = true;
  assert.ok(runs >= 1 && errors.length <= 1);
  assert.ok(errors.every((error) => (error as Error).message === 'once'), String(errors));
});

breaks('naive interval: two bodies', 50, async (world) => {
  const visit = room();
  let failure: unknown = null;
  const stop = naiveEvery(10, () => visit(world, 'body').catch((error) => (failure = error)), world.timers);
  for (let n = 0; n < 3; n += 1) await world.step(`wait ${n}`);
  stop();
  if (failure !== null) throw failure;
});

test('naive interval: a job that takes longer than a period is posted twice', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const posted: string[] = [];
  t.mock.method(globalThis, 'fetch', async (url: string, init?: RequestInit) => {
    if (init?.method !== 'POST') return Response.json(['7']);
    posted.push(url);
    return new Promise<Response>(() => undefined);
  });
  const stop = postJobs(10, '/jobs');
  t.mock.timers.tick(20);
  await new Promise((resolve) => setImmediate(resolve));
  stop();
  assert.deepEqual(posted, ['/jobs/7', '/jobs/7']);
});

/** Rows with versions: a commit fails if what was read has changed since. */
function database(world: World) {
  const rows = new Map<string, { sum: number; version: number }>([['a', { sum: 0, version: 0 }]]);
  const conflict = new Error('conflict');
  const begin = async (): Promise<Transaction> => {
    await world.step('begin');
    const seen = structuredClone(rows.get('a') ?? { sum: 0, version: 0 });
    let sum: number | null = null;
    return {
      query: async (sql, values = []) => {
        await world.step(sql);
        if (sql === 'read') return [sum ?? seen.sum];
        sum = Number(values[0]);
        return [];
      },
      commit: async () => {
        await world.step('commit');
        if (sum === null) return;
        if (rows.get('a')?.version !== seen.version) throw conflict;
        rows.set('a', { sum, version: seen.version + 1 });
      },
      rollback: () => world.step('rollback'),
    };
  };
  return { begin, isConflict: (error: unknown) => error === conflict, rows };
}

holds('transaction: no update is lost', async (world) => {
  const db = database(world);
  const add = () =>
    transaction(db, async (tx) => {
      const [sum] = await tx.query('read');
      await tx.query('write', [Number(sum) + 1]);
    });
  await Promise.all([add(), add()]);
  assert.equal(db.rows.get('a')?.sum, 2);
});

test('transaction: errors roll back, handles die, forgotten awaits are errors', async () => {
  const world: World = { step: async () => undefined, timers: { set: () => null, clear: () => undefined } };
  const db = database(world);
  await assert.rejects(
    transaction(db, async (tx) => {
      await tx.query('write', [5]);
      throw new Error('no');
    }),
    /no/,
  );
  assert.equal(db.rows.get('a')?.sum, 0);
  let escaped: { query(sql: string): Promise<unknown[]> } | null = null;
  await transaction(db, async (tx) => {
    escaped = tx;
    await tx.query('write', [6]);
  });
  assert.equal(db.rows.get('a')?.sum, 6);
  await assert.rejects(escaped!.query('write'), /has ended/);
  await assert.rejects(
    transaction(db, async (tx) => {
      void tx.query('write', [7]);
    }),
    /not awaited/,
  );
  assert.equal(db.rows.get('a')?.sum, 6);
});

breaks('naive transfer: an update is lost', 20, async (world) => {
  let row = 0;
  const pool = {
    query: async (sql: string, values: readonly unknown[] = []) => {
      await world.step(sql);
      if (sql.startsWith('SELECT')) return [row];
      row = Number(values[1]);
      return [];
    },
  };
  await Promise.all([naiveAdd(pool, 'a', 1), naiveAdd(pool, 'a', 1)]);
  assert.equal(row, 2);
});
