/** The scheduler explores every order, the same each time, and tells deadlocks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explore, type World } from './scheduler.ts';

async function orders(): Promise<string[]> {
  const seen: string[] = [];
  const lane = async (world: World, name: string, log: string[]) => {
    for (let n = 0; n < 2; n += 1) {
      await world.step(name);
      log.push(name);
    }
  };
  await explore(async (world) => {
    const log: string[] = [];
    await Promise.all([lane(world, 'a', log), lane(world, 'b', log)]);
    seen.push(log.join(''));
  });
  return seen;
}

test('all orders of two lanes, each once, the same twice', async () => {
  const first = await orders();
  assert.deepEqual([...first].sort(), ['aabb', 'abab', 'abba', 'baab', 'baba', 'bbaa']);
  assert.deepEqual(await orders(), first);
});

test('a program that cannot go on is a failure', async () => {
  const explored = await explore(() => new Promise(() => undefined));
  assert.match(explored.failure?.error.message ?? '', /nobody can go on/);
});

test('a failing schedule is told by its steps', async () => {
  const explored = await explore(async (world) => {
    const log: string[] = [];
    const lane = async (name: string) => {
      await world.step(name);
      log.push(name);
    };
    await Promise.all([lane('a'), lane('b')]);
    assert.equal(log[0], 'a');
  });
  assert.deepEqual(explored.failure?.schedule, ['b', 'a']);
  assert.equal(explored.schedules, 2);
});
