import assert from 'node:assert/strict';
import { bytes, rejectsWith, shown, text } from '../expectations.js';
import { captureFence, captureGeneration, lookAtGeneration, ODD, readOne } from './steps.js';
import { type FencedLaw, law, lawOf, type OpenFencedStore, serverOf } from './subject.js';

const leases: readonly FencedLaw[] = [
  law('a free lease is granted to one token and refused to another', async (open) => {
    const { store, space } = await open();
    assert.equal(await store.acquireLease(`${space}k`, 'one', '1m'), true);
    assert.equal(await store.acquireLease(`${space}k`, 'other', '1m'), false);
    assert.equal(await store.acquireLease(`${space}k2`, 'other', '1m'), true);
  }),
  law('the token that holds a lease can renew it', async (open) => {
    const { store, space, advance } = await open();
    await store.acquireLease(`${space}k`, 'one', 40);
    assert.equal(await store.acquireLease(`${space}k`, 'one', '1m'), true);
    await advance(40);
    assert.equal(await store.acquireLease(`${space}k`, 'other', '1m'), false);
  }),
  law('a refused attempt does not extend the lease', async (open) => {
    const { store, space, advance } = await open();
    for (let round = 0; round < 20; round += 1) {
      const key = `${space}${round}`;
      await store.acquireLease(key, 'one', 60);
      // On a slow machine the lease may rightly have expired; then the law tries another key.
      if (await store.acquireLease(key, 'other', '10m')) continue;
      await advance(60);
      assert.equal(await store.acquireLease(key, 'third', '1m'), true);
      return;
    }
    assert.fail('the attempt was never refused');
  }),
  law('a lease is free after its TTL, even if its holder has disappeared', async (open) => {
    const { store, space, advance } = await open();
    await store.acquireLease(`${space}k`, 'one', 30);
    await advance(30);
    assert.equal(await store.acquireLease(`${space}k`, 'other', '1m'), true);
    assert.equal(await store.acquireLease(`${space}k`, 'one', '1m'), false);
  }),
  law('a lease is free once its holder has released it', async (open) => {
    const { store, space } = await open();
    await store.acquireLease(`${space}k`, 'one', '1m');
    assert.equal(await store.releaseLease(`${space}k`, 'one'), true);
    assert.equal(await store.releaseLease(`${space}k`, 'one'), false);
    assert.equal(await store.acquireLease(`${space}k`, 'other', '1m'), true);
  }),
  law('a token that does not hold a lease cannot release it', async (open) => {
    const { store, space } = await open();
    await store.acquireLease(`${space}k`, 'one', '1m');
    assert.equal(await store.releaseLease(`${space}k`, 'other'), false);
    assert.equal(await store.acquireLease(`${space}k`, 'other', '1m'), false);
  }),
  law('an expired lease cannot be released', async (open) => {
    const { store, space, advance } = await open();
    await store.acquireLease(`${space}k`, 'one', 30);
    await advance(30);
    assert.equal(await store.releaseLease(`${space}k`, 'one'), false);
    await store.acquireLease(`${space}k`, 'other', '1m');
    assert.equal(await store.releaseLease(`${space}k`, 'one'), false);
    assert.equal(await store.releaseLease(`${space}k`, 'other'), true);
  }),
  law('exactly one of many concurrent attempts gets the lease', async (open) => {
    const { store, space } = await open();
    const got = await Promise.all(
      Array.from({ length: 50 }, (_, index) => store.acquireLease(`${space}k`, `holder ${index}`, '1m')),
    );
    assert.equal(got.filter(Boolean).length, 1);
  }),
  law('a key, a lease, a fence and a generation of the same name do not collide', async (open) => {
    const { store, space } = await open();
    const name = `${space}x`;
    await store.write(name, bytes('v'), '1m');
    const fence = await captureFence(store, name);
    const generation = await captureGeneration(store, name);
    assert.notEqual(fence, generation);
    assert.equal(await store.acquireLease(name, 'one', '1m'), true);
    assert.equal(await store.releaseLease(name, 'one'), true);
    await store.acquireLease(name, 'one', '1m');
    assert.equal(text((await readOne(store, name)).value), 'v');
    assert.equal(await lookAtGeneration(store, name), generation);
    await store.invalidate([name]);
    assert.equal(await lookAtGeneration(store, name), generation);
    assert.equal(await store.acquireLease(name, 'other', '1m'), false);
  }),
  law('a lease rejects an invalid key and an invalid TTL', async (open) => {
    const { store, space } = await open();
    for (const key of ['', 'x'.repeat(1025), '\ud800', 5, null] as unknown as string[]) {
      await rejectsWith('E_ARGUMENT', shown(key), () => store.acquireLease(key, 'one', '1m'));
      await rejectsWith('E_ARGUMENT', shown(key), () => store.releaseLease(key, 'one'));
    }
    for (const life of [0, -1, Number.NaN, '1', {}, '36501d'] as unknown as number[]) {
      await rejectsWith('E_ARGUMENT', shown(life), () => store.acquireLease(`${space}k`, 'one', life));
    }
    assert.equal(await store.acquireLease(`${space}k`, 'other', '1m'), true);
  }),
];

const CALLS: Readonly<Record<string, (opened: OpenFencedStore) => Promise<unknown>>> = {
  read: ({ store, space }) =>
    store.read({ keys: [`${space}k`], generations: [`${space}k`], capture: { life: '1m', of: 'all' } }),
  write: ({ store, space }) => store.write(`${space}k`, bytes('v'), '1m'),
  'a fenced write': ({ store, space }) => store.write(`${space}k`, bytes('v'), '1m', 'fence'),
  invalidate: ({ store, space }) => store.invalidate([`${space}k`]),
  advance: ({ store, space }) => store.advance([`${space}k`]),
  acquireLease: ({ store, space }) => store.acquireLease(`${space}k`, 'one', '1m'),
  releaseLease: ({ store, space }) => store.releaseLease(`${space}k`, 'one'),
};

const lifecycle: readonly FencedLaw[] = [
  ...Object.entries(CALLS).map(([name, call]) =>
    law(`${name} rejects with a DisposedError after close`, async (open) => {
      const opened = await open();
      await call(opened);
      await opened.close();
      await rejectsWith('E_DISPOSED', name, () => call(opened));
    }),
  ),
  ...Object.entries(CALLS).map(([name, call]) =>
    lawOf('server', `${name} takes one round trip`, async (open) => {
      const opened = await open();
      if (name === 'read') await opened.store.read({ keys: [`${opened.space}warm`] });
      await call(opened); // The first call of a script sends its source too.
      await serverOf(opened).received();
      await call(opened);
      // One command for the key; the read of a generation, which is in another slot, is a second one.
      const received = await serverOf(opened).received();
      assert.ok(received === 1 || (name === 'read' && received === 2), `${received} commands`);
    }),
  ),
];

const servers: readonly FencedLaw[] = [
  lawOf(
    'server',
    'a load whose fence was evicted is refused its write, and nothing else fails',
    async (open) => {
      const opened = await open();
      const { store, space } = opened;
      await store.write(`${space}k`, bytes('v'), '1m');
      const fence = await captureFence(store, `${space}k`);
      await serverOf(opened).forgetTokens();
      assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'fenced');
      assert.equal(text((await readOne(store, `${space}k`)).value), 'v');
      const next = await captureFence(store, `${space}k`);
      assert.notEqual(next, fence);
      assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', next), 'stored');
    },
  ),
  lawOf('server', 'an evicted generation is missing, and returns with a new token', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    const token = await captureGeneration(store, `${space}g`);
    await serverOf(opened).forgetTokens();
    assert.equal(await lookAtGeneration(store, `${space}g`), null);
    assert.notEqual(await captureGeneration(store, `${space}g`), token);
  }),
  lawOf('cluster', 'a key, its fence and its lease share one hash slot', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    const server = serverOf(opened);
    assert.ok(server.slot, 'a subject with "cluster" knows slots');
    for (const odd of [...ODD, 'plain', 'user:{7}:x']) {
      const key = space + odd;
      const before = new Set((await server.names()).map((name) => name.toString('hex')));
      await store.write(key, bytes('v'), '1m');
      await captureFence(store, key);
      await store.acquireLease(key, 'one', '1m');
      const made = (await server.names()).filter((name) => !before.has(name.toString('hex')));
      assert.equal(made.length, 3, shown(odd));
      const slots = await Promise.all(made.map((name) => server.slot?.(name)));
      assert.equal(new Set(slots).size, 1, `${shown(odd)}: ${made.map(String).join(' ')}`);
    }
  }),
  lawOf(
    'prefix',
    'a store never sees the fences, generations and leases of a neighbour on the same server',
    async (open) => {
      const mark = `t${Math.random().toString(36).slice(2, 10)}`;
      const { store, neighbour } = await open({ prefix: `${mark}a:` });
      assert.ok(neighbour, 'a subject with "prefix" opens neighbours');
      const other = await neighbour(`${mark}b:`);
      const fence = await captureFence(store, 'k');
      const generation = await captureGeneration(store, 'k');
      assert.notEqual(await captureFence(other, 'k'), fence);
      assert.equal(await other.acquireLease('k', 'other', '1m'), true);
      assert.equal(await store.acquireLease('k', 'one', '1m'), true);
      await other.invalidate(['k']);
      await other.advance(['k']);
      assert.equal(await lookAtGeneration(store, 'k'), generation);
      assert.equal(await store.write('k', bytes('loaded'), '1m', fence), 'stored');
      assert.equal((await readOne(other, 'k')).value, null);
    },
  ),
];

export const leaseLaws: readonly FencedLaw[] = [...leases, ...lifecycle, ...servers];
