import assert from 'node:assert/strict';
import {
  all,
  assertPatterned,
  assertRemains,
  bytes,
  patterned,
  rejectsWith,
  shown,
  text,
} from '../expectations.js';
import { captureFence, captureGeneration, lookAtGeneration, readOne } from './steps.js';
import { type FencedLaw, law, lawOf } from './subject.js';

const LIVES = [
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '0s',
  '1',
  {},
  null,
  undefined,
  '36501d',
] as const;
const KEYS = ['', 'x'.repeat(1025), '\ud800', 5, null, undefined] as const;

const writing: readonly FencedLaw[] = [
  law('a write without a fence always stores', async (open) => {
    const { store, space } = await open();
    assert.equal(await store.write(`${space}k`, bytes('1'), '1m'), 'stored');
    await captureFence(store, `${space}k`);
    assert.equal(await store.write(`${space}k`, bytes('2'), '2m'), 'stored');
    const entry = await readOne(store, `${space}k`);
    assert.equal(text(entry.value), '2');
    assertRemains(entry.remainingMs, 120_000);
  }),
  law('a write without a fence refuses the writes of loads in progress', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    await store.write(`${space}k`, bytes('newer'), '1m');
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'fenced');
    assert.equal(text((await readOne(store, `${space}k`)).value), 'newer');
  }),
  law('a write with the current fence of its key stores', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '90s', fence), 'stored');
    const entry = await readOne(store, `${space}k`);
    assert.equal(text(entry.value), 'loaded');
    assertRemains(entry.remainingMs, 90_000);
  }),
  law('the generations that a write names change neither its result nor themselves', async (open) => {
    const { store, space } = await open();
    const [current, advanced, unknown] = [`${space}current`, `${space}advanced`, `${space}unknown`];
    const token = await captureGeneration(store, current);
    const generations = [
      { name: current, token },
      { name: advanced, token: await captureGeneration(store, advanced) },
      { name: unknown, token: 'a token that was lost' },
    ];
    await store.advance([advanced]);
    for (const [index, carried] of [
      { generations },
      { generations: [], edition: { of: space, name: '2' } },
      { generations: generations.slice(0, 1), edition: { of: space, name: '' } },
    ].entries()) {
      const [key, value] = [`${space}${index}`, `value ${index}`];
      const fence = await captureFence(store, key);
      assert.equal(await store.write(key, bytes(value), '1m', fence, carried), 'stored');
      assert.equal(text((await readOne(store, key)).value), value);
      assert.equal(await store.write(key, bytes('again'), '1m', undefined, carried), 'stored');
      assert.equal(await store.write(key, bytes('outdated'), '1m', fence, carried), 'fenced');
      assert.equal(text((await readOne(store, key)).value), 'again');
    }
    assert.equal(await lookAtGeneration(store, current), token);
    assert.equal(await lookAtGeneration(store, advanced), null);
    assert.equal(await lookAtGeneration(store, unknown), null);
  }),
  law('a fence stays the same when a load is stored', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    await store.write(`${space}k`, bytes('one'), '1m', fence);
    assert.equal(await captureFence(store, `${space}k`), fence);
    assert.equal(await store.write(`${space}k`, bytes('other'), '1m', fence), 'stored');
    assert.equal(text((await readOne(store, `${space}k`)).value), 'other');
  }),
  law('a write with an outdated fence changes neither value nor TTL', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    await store.invalidate([`${space}k`]);
    await store.write(`${space}k`, bytes('newer'), '10m');
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'fenced');
    const entry = await readOne(store, `${space}k`);
    assert.equal(text(entry.value), 'newer');
    assert.ok(entry.remainingMs !== null && entry.remainingMs > 500_000);
  }),
  law('a write with a fence that no longer exists is refused', async (open) => {
    const { store, space } = await open();
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', 'never-captured'), 'fenced');
    assert.equal((await readOne(store, `${space}k`)).value, null);
  }),
  law('a write with the fence of another key is refused', async (open) => {
    const { store, space } = await open();
    const other = await captureFence(store, `${space}other`);
    await captureFence(store, `${space}k`);
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', other), 'fenced');
  }),
  law('a write with a fence to advance stores, and refuses the writes of loads in progress', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, bytes('old'), '1m');
    const fence = await captureFence(store, `${space}k`);
    const check = { fence, advance: true } as const;
    assert.equal(await store.write(`${space}k`, bytes('new'), '2m', check), 'stored');
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'fenced');
    const entry = await readOne(store, `${space}k`);
    assert.equal(text(entry.value), 'new');
    assertRemains(entry.remainingMs, 120_000);
  }),
  law('a write with an outdated fence to advance changes nothing', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    await store.write(`${space}k`, bytes('newer'), '1m');
    const load = await captureFence(store, `${space}k`);
    const check = { fence, advance: true } as const;
    assert.equal(await store.write(`${space}k`, bytes('mine'), '1m', check), 'fenced');
    assert.equal(text((await readOne(store, `${space}k`)).value), 'newer');
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', load), 'stored');
  }),
  law('bytes given to write may be changed before it has settled', async (open) => {
    const { store, space } = await open();
    const given = patterned(9000);
    const written = store.write(`${space}k`, given, '1m');
    given.fill(0);
    await written;
    assertPatterned((await readOne(store, `${space}k`)).value, 9000, 'the read');
  }),
  lawOf(
    'exact-time',
    'an entry that write stored is a miss from the moment at which it expires',
    async (open) => {
      const { store, space, advance } = await open();
      const fence = await captureFence(store, `${space}fenced`);
      await store.write(`${space}k`, bytes('v'), 1000);
      await store.write(`${space}fenced`, bytes('v'), '1s', fence);
      await advance(999);
      for (const key of ['k', 'fenced']) assert.equal((await readOne(store, space + key)).remainingMs, 1);
      await advance(1);
      for (const key of ['k', 'fenced']) assert.equal((await readOne(store, space + key)).value, null);
    },
  ),
  law('write rejects an invalid key, value or TTL, and changes nothing', async (open) => {
    const { store, space } = await open({ maxValueBytes: 100 });
    await store.write(`${space}k`, bytes('old'), '1m');
    const fence = await captureFence(store, `${space}k`);
    for (const key of KEYS) {
      await rejectsWith('E_ARGUMENT', shown(key), () => store.write(key as string, bytes('v'), '1m'));
    }
    for (const value of ['text', undefined, 5, {}, new Uint16Array(1), patterned(101)]) {
      await rejectsWith('E_ARGUMENT', shown(value), () =>
        store.write(`${space}k`, value as Uint8Array, '1m'),
      );
    }
    for (const life of LIVES) {
      await rejectsWith('E_ARGUMENT', shown(life), () =>
        store.write(`${space}k`, bytes('v'), life as number),
      );
      await rejectsWith('E_ARGUMENT', shown(life), () =>
        store.write(`${space}k`, bytes('v'), life as number, fence),
      );
    }
    assert.equal(text((await readOne(store, `${space}k`)).value), 'old');
    assert.equal(await captureFence(store, `${space}k`), fence);
  }),
];

const invalidating: readonly FencedLaw[] = [
  law('invalidate removes entries and counts those that existed', async (open) => {
    const { store, space } = await open();
    const keys = Array.from({ length: 700 }, (_, index) => `${space}${index}`);
    for (const key of keys) await store.write(key, bytes('v'), '1m');
    assert.equal(await store.invalidate([...keys, `${space}absent`]), 700);
    assert.ok((await store.read({ keys })).entries.every(({ value }) => value === null));
  }),
  law('invalidate counts a key that is named twice only once', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    assert.equal(await store.invalidate([`${space}k`, `${space}absent`, `${space}k`]), 1);
    assert.equal(await store.invalidate([`${space}k`, `${space}k`]), 0);
  }),
  law('a load that captured its fence before invalidate cannot store', async (open) => {
    const { store, space } = await open();
    const keys = ['there', 'absent'].map((key) => space + key);
    await store.write(keys[0] ?? '', bytes('v'), '1m');
    const fences = await Promise.all(keys.map((key) => captureFence(store, key)));
    await store.invalidate(keys);
    for (const [index, key] of keys.entries()) {
      assert.equal(await store.write(key, bytes('loaded'), '1m', fences[index] ?? ''), 'fenced');
      assert.equal((await readOne(store, key)).value, null);
    }
  }),
  law('a load that captures its fence after invalidate can store', async (open) => {
    const { store, space } = await open();
    await store.invalidate([`${space}k`]);
    const fence = await captureFence(store, `${space}k`);
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'stored');
  }),
  law('invalidate leaves other keys and their loads untouched', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}other`, bytes('v'), '1m');
    const fence = await captureFence(store, `${space}other`);
    await store.invalidate([`${space}k`]);
    assert.equal(text((await readOne(store, `${space}other`)).value), 'v');
    assert.equal(await store.write(`${space}other`, bytes('loaded'), '1m', fence), 'stored');
  }),
  law('invalidate of no keys returns 0', async (open) => {
    const { store } = await open();
    assert.equal(await store.invalidate([]), 0);
  }),
  law('invalidate rejects an invalid key, and removes nothing', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    for (const key of KEYS) {
      await rejectsWith('E_ARGUMENT', shown(key), () => store.invalidate([`${space}k`, key as string]));
    }
    assert.equal(text((await readOne(store, `${space}k`)).value), 'v');
  }),
  law('a race between invalidate and the write of a load always leaves no entry', async (open) => {
    const { store, space } = await open();
    for (let round = 0; round < 60; round += 1) {
      const key = `${space}${round}`;
      const fence = await captureFence(store, key);
      const write = (): Promise<unknown> => store.write(key, bytes('loaded'), '1m', fence);
      const remove = (): Promise<unknown> => store.invalidate([key]);
      await Promise.all(round % 2 === 0 ? [write(), remove()] : [remove(), write()]);
      assert.equal((await readOne(store, key)).value, null);
    }
  }),
  law('deleteValue does not fence the loads in progress', async (open) => {
    const { store, cache, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    const fence = await captureFence(store, `${space}k`);
    await cache.deleteValue(`${space}k`);
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'stored');
  }),
];

const generations: readonly FencedLaw[] = [
  law('advance makes entries with an earlier generation outdated', async (open) => {
    const { store, space } = await open();
    const names = ['a', 'b'].map((name) => space + name);
    const before = await Promise.all(names.map((name) => captureGeneration(store, name)));
    await store.advance(names);
    for (const [index, name] of names.entries()) {
      assert.notEqual(await lookAtGeneration(store, name), before[index]);
      assert.notEqual(await captureGeneration(store, name), before[index]);
    }
  }),
  law('advance leaves other generations and all entries untouched', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}g`, bytes('v'), '1m');
    const fence = await captureFence(store, `${space}g`);
    const other = await captureGeneration(store, `${space}other`);
    await store.advance([`${space}g`]);
    assert.equal(await lookAtGeneration(store, `${space}other`), other);
    assert.equal(text((await readOne(store, `${space}g`)).value), 'v');
    assert.equal(await captureFence(store, `${space}g`), fence);
  }),
  law('advance accepts an empty list, missing generations, and one named twice', async (open) => {
    const { store, space } = await open();
    await store.advance([]);
    await store.advance([`${space}missing`, `${space}missing`]);
    assert.equal(typeof (await captureGeneration(store, `${space}missing`)), 'string');
  }),
  law('advance rejects an invalid generation name, and advances none', async (open) => {
    const { store, space } = await open();
    const token = await captureGeneration(store, `${space}g`);
    for (const name of KEYS) {
      await rejectsWith('E_ARGUMENT', shown(name), () => store.advance([`${space}g`, name as string]));
    }
    assert.equal(await lookAtGeneration(store, `${space}g`), token);
  }),
  law('keys does not report fences, generations and leases', async (open) => {
    const { store, cache, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    await captureFence(store, `${space}k`);
    await captureFence(store, `${space}absent`);
    await captureGeneration(store, `${space}g`);
    await store.acquireLease(`${space}k`, 'holder', '1m');
    assert.deepEqual(await all(cache.keys(`${space}*`)), [`${space}k`]);
    assert.deepEqual(await all(cache.keys(`${space}*?*`)), [`${space}k`]);
    for (const name of ['absent', 'g']) assert.equal(await cache.hasValue(space + name), false);
  }),
  law('clear does not remove fences, generations and leases', async (open) => {
    const { store, cache, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    const fence = await captureFence(store, `${space}k`);
    const token = await captureGeneration(store, `${space}g`);
    await store.acquireLease(`${space}k`, 'holder', '1m');
    assert.equal(await cache.clear(`${space}*`), 1);
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'stored');
    assert.equal(await lookAtGeneration(store, `${space}g`), token);
    assert.equal(await store.acquireLease(`${space}k`, 'another', '1m'), false);
  }),
];

export const writingLaws: readonly FencedLaw[] = [...writing, ...invalidating, ...generations];
