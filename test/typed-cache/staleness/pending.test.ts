import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import { outcomeOf } from '../../contract/typed-cache/loading.js';
import { turns } from '../../contract/typed-cache/passing.js';
import { World } from '../world.js';

/** Invalidations that did not reach the store. */

/** A store that refuses some keys and generations for good, as a cluster does of which one node is down. */
class HalfDown extends World {
  readonly asked: (readonly string[])[] = [];
  isDown: (name: string) => boolean = () => true;

  constructor() {
    super();
    for (const method of ['invalidate', 'advance'] as const) {
      const run = this.raw[method].bind(this.raw) as (names: readonly string[]) => Promise<never>;
      this.raw[method] = async (names: readonly string[]) => {
        this.asked.push(names);
        const down = names.filter((name) => this.isDown(name));
        await run(names.filter((name) => !this.isDown(name)));
        if (down.length > 0) throw new OperationError('E_OPERATION_REFUSED', 'a node is down', 'refused');
        return 0 as never;
      };
    }
  }
}

describe('pending invalidations in a long outage', () => {
  it('pending invalidations cost each call the same, however many have failed before', async () => {
    const world = new HalfDown();
    const cache = world.cache();
    const names = Array.from({ length: 3000 }, (_, index) => `k${index}`);
    await Promise.allSettled(names.map((name) => cache.delete(name)));
    assert.equal(cache.stats().pendingInvalidations, 3000);
    world.asked.length = 0;
    for (let read = 0; read < 10; read += 1) assert.equal(await cache.get('k1'), undefined);
    assert.ok(world.asked.length <= 10);
    assert.ok(
      world.asked.every(({ length }) => length === 1),
      'an attempt asks for one of them only',
    );
    world.isDown = () => false;
    world.asked.length = 0;
    await cache.get('k1');
    assert.equal(cache.stats().pendingInvalidations, 0);
    assert.equal(world.asked.flat().length, 3000);
    assert.ok(world.asked.length < 20, `${world.asked.length} calls`);
  });

  it('pending invalidations are repeated as far as the store accepts them, even if it refuses some', async () => {
    const world = new HalfDown();
    const cache = world.cache();
    const [up, down] = ['up', 'down'].map((kind) =>
      Array.from({ length: 20 }, (_, index) => `${kind}${index}`),
    ) as [string[], string[]];
    await cache.setMany([...up, ...down].map((key) => [key, 'old'] as const));
    await Promise.allSettled([...down, ...up].map((key) => cache.delete(key)));
    await outcomeOf(cache.invalidateTags('down'));
    world.isDown = (name) => name.includes('down') || name.endsWith('!a');
    for (let read = 0; read < 200; read += 1) await cache.get('other');
    assert.equal(cache.stats().pendingInvalidations, 21);
    const elsewhere = world.cache({}, world.raw);
    assert.deepEqual(await elsewhere.getMany(up), Array(20).fill(undefined));
    assert.equal(await cache.get('down1'), undefined);
    world.isDown = () => false;
    await cache.get('other');
    assert.equal(cache.stats().pendingInvalidations, 0);
    assert.equal(cache.stats().repeatedInvalidations, 41);
    assert.deepEqual(await elsewhere.getMany(down), Array(20).fill(undefined));
  });

  it('a pending clear is repeated again when another invalidation fails during it', async () => {
    const world = new World();
    const cache = world.cache();
    world.store.break('gone', ['advance', 'invalidate']);
    await outcomeOf(cache.clear());
    await world.store.heal();
    const clearing = world.store.hold('advance');
    const reading = cache.get('other');
    await clearing.arrived;
    const deleting = world.store.hold('invalidate');
    const failing = outcomeOf(cache.delete('k'));
    await deleting.arrived;
    world.store.break('gone', ['invalidate']);
    deleting.release();
    assert.ok('error' in (await failing));
    await world.store.heal();
    // Another process stores between the two invalidations.
    clearing.release();
    await reading;
    await turns();
    assert.equal(await cache.get('k'), undefined);
    assert.equal(cache.stats().pendingInvalidations, 0);
    assert.equal(world.store.journal.filter((name) => name === 'advance').length, 3);
  });

  it('repeated invalidations do not remove values that were stored after them, whatever they cover', async () => {
    const world = new World();
    const cache = world.cache();
    for (const invalidate of [() => cache.invalidateTags('t'), () => cache.clear()]) {
      world.store.break('gone', ['advance']);
      assert.ok('error' in (await outcomeOf(invalidate())));
      await world.store.heal();
      assert.equal(await cache.set('k', 'v', { tags: ['t'] }), true);
      assert.equal(await cache.get('k'), 'v');
    }
  });
});

/** Holds the next result of a read until it is released. */
function slowAnswer(world: World): { readonly arrived: Promise<void>; release(): void } {
  const read = world.raw.read.bind(world.raw);
  let arrive = (): void => undefined;
  let release = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  world.raw.read = async (request) => {
    world.raw.read = read;
    const answer = await read(request);
    arrive();
    await gate;
    return answer;
  };
  return { arrived, release };
}

describe('answer from before a repeated invalidation', () => {
  const invalidations: readonly (readonly [string, (cache: TypedCache) => Promise<unknown>])[] = [
    ['delete', (cache) => cache.delete('k')],
    ['invalidateTags', (cache) => cache.invalidateTags('t')],
    ['clear', (cache) => cache.clear()],
  ];
  const reads: readonly (readonly [string, (cache: TypedCache) => Promise<unknown>, unknown])[] = [
    ['get', (cache) => cache.get('k'), undefined],
    ['getMany', (cache) => cache.getMany(['k']), [undefined]],
    ['getOrSet', (cache) => cache.getOrSet('k', async () => 'new'), 'new'],
    ['getOrSet with a lease', (cache) => cache.getOrSet('k', async () => 'new', { lease: 'cluster' }), 'new'],
  ];
  const cases = invalidations.flatMap(([how, invalidate]) =>
    reads.map(([what, read, expected]) => [how, what, invalidate, read, expected] as const),
  );

  it.each(cases)(
    'an answer from before a repeated %s gives no value of it to %s',
    async (_how, what, invalidate, read, expected) => {
      const world = new World();
      const cache = world.cache();
      await cache.set('k', 'old', { tags: ['t'] });
      world.store.break('gone', ['invalidate', 'advance']);
      assert.ok('error' in (await outcomeOf(invalidate(cache))));
      const answer = slowAnswer(world);
      const call = read(cache);
      await Promise.race([answer.arrived, call]);
      await world.store.heal();
      world.clock.advance(200);
      await turns();
      assert.equal(cache.stats().pendingInvalidations, 0, what);
      answer.release();
      assert.deepEqual(await world.after(100, call), expected);
    },
  );
});
