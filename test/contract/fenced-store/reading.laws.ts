import assert from 'node:assert/strict';
import {
  assertPatterned,
  assertRemains,
  bytes,
  patterned,
  rejectsWith,
  shown,
  text,
} from '../expectations.js';
import { captureFence, captureGeneration, lookAtGeneration, ODD, readOne, tokenOf } from './steps.js';
import { type FencedLaw, law, lawOf, serverOf } from './subject.js';

const entries: readonly FencedLaw[] = [
  law('read returns one entry for each key, in the order of the keys', async (open) => {
    const { store, space } = await open();
    const keys = Array.from({ length: 40 }, (_, index) => `${space}${index}`);
    for (const key of keys) await store.write(key, bytes(key), '1m');
    const asked = [...keys.toReversed(), `${space}absent`, keys[3] ?? ''];
    const answer = await store.read({ keys: asked });
    assert.deepEqual(
      answer.entries.map(({ value }) => value && text(value)),
      [...keys.toReversed(), null, keys[3]],
    );
  }),
  law('an absent entry has neither value nor remaining TTL', async (open) => {
    const { store, space } = await open();
    assert.deepEqual(await readOne(store, `${space}absent`), { value: null, remainingMs: null, fence: null });
  }),
  law('an expired entry reads as absent', async (open) => {
    const { store, space, advance } = await open();
    await store.write(`${space}k`, bytes('v'), 30);
    await advance(30);
    assert.deepEqual(await readOne(store, `${space}k`), { value: null, remainingMs: null, fence: null });
  }),
  law('read returns the remaining TTL', async (open) => {
    const { store, space, advance } = await open();
    await store.write(`${space}k`, bytes('v'), 60_000);
    assertRemains((await readOne(store, `${space}k`)).remainingMs, 60_000);
    await advance(20);
    assertRemains((await readOne(store, `${space}k`)).remainingMs, 59_980);
  }),
  law('the remaining TTL is at least 1 until the entry expires', async (open) => {
    const { store, space, advance } = await open();
    for (let round = 0; round < 5; round += 1) {
      await store.write(`${space}k`, bytes('v'), 4);
      for (
        let entry = await readOne(store, `${space}k`);
        entry.value;
        entry = await readOne(store, `${space}k`)
      ) {
        assert.ok(entry.remainingMs !== null && entry.remainingMs >= 1, `${entry.remainingMs}`);
        await advance(0.25);
      }
    }
  }),
  lawOf('server', 'an entry without a TTL has the remaining TTL Infinity', async (open) => {
    const opened = await open();
    await serverOf(opened).plant(`${opened.space}k`, bytes('theirs'));
    const { value, remainingMs } = await readOne(opened.store, `${opened.space}k`);
    assert.deepEqual([text(value), remainingMs], ['theirs', Number.POSITIVE_INFINITY]);
    await opened.cache.deleteValue(`${opened.space}k`);
  }),
  law('bytes that read returns may be changed by the caller', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, patterned(9000), '1m');
    const answer = await store.read({ keys: [`${space}k`, `${space}k`] });
    answer.entries[0]?.value?.fill(0);
    assertPatterned(answer.entries[1]?.value, 9000, 'the same key in the same answer');
    assertPatterned((await readOne(store, `${space}k`)).value, 9000, 'the next read');
  }),
  law('empty bytes are a value, not an absence', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, new Uint8Array(0), '1m');
    const { value, remainingMs } = await readOne(store, `${space}k`);
    assert.equal(value?.length, 0);
    assertRemains(remainingMs, 60_000);
  }),
  law('ICache and IFencedStore see the same entries', async (open) => {
    const { store, cache, space } = await open();
    await cache.setValue(`${space}a`, bytes('a'), '1m');
    await store.write(`${space}b`, bytes('b'), '1m');
    assert.equal(text((await readOne(store, `${space}a`)).value), 'a');
    assert.equal(text(await cache.getValue(`${space}b`)), 'b');
    assertRemains(await cache.getExpiry(`${space}b`), 60_000);
  }),
  law(
    'a read that does not ask for TTLs answers the same values and generations, without TTLs',
    async (open) => {
      const { store, space } = await open();
      await store.write(`${space}k`, bytes('v'), '1m');
      await store.write(`${space}empty`, new Uint8Array(0), '1m');
      const token = await captureGeneration(store, `${space}g`);
      const answer = await store.read({
        keys: [`${space}k`, `${space}absent`, `${space}empty`, `${space}k`],
        generations: [`${space}missing`, `${space}g`],
        lives: false,
      });
      assert.deepEqual(
        answer.entries.map(({ value }) => value && text(value)),
        ['v', null, '', 'v'],
      );
      for (const { remainingMs, fence } of answer.entries)
        assert.deepEqual([remainingMs, fence], [null, null]);
      assert.deepEqual(answer.generations, [null, token]);
      assert.deepEqual(await store.read({ keys: [], lives: false }), { entries: [], generations: [] });
    },
  ),
  law('a read that does not ask for values captures the same tokens, without values', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    const tokens = await captureGeneration(store, `${space}g`);
    const fence = await captureFence(store, `${space}k`);
    const request = { keys: [`${space}k`, `${space}absent`], generations: [`${space}g`], values: false };
    const all = await store.read({ ...request, capture: { life: '1m', of: 'all' } });
    assert.deepEqual(
      all.entries.map(({ value }) => value),
      [null, null],
    );
    assert.equal(all.entries[0]?.fence, fence);
    assert.equal(typeof all.entries[1]?.fence, 'string');
    assertRemains(all.entries[0]?.remainingMs ?? null, 60_000);
    assert.deepEqual(all.generations, [tokens]);
    const absent = await store.read({ ...request, capture: { life: '1m', of: 'absent' } });
    assert.deepEqual(
      absent.entries.map((entry) => entry.fence),
      [null, all.entries[1]?.fence],
    );
  }),
  law('a read may renew the TTL of existing entries, and returns what remained before', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, bytes('v'), '10m');
    const keys = [`${space}k`, `${space}absent`];
    const answer = await store.read({ keys, extend: '1m' });
    assertRemains(answer.entries[0]?.remainingMs ?? null, 600_000);
    assertRemains((await readOne(store, `${space}k`)).remainingMs, 60_000);
    assert.equal((await readOne(store, `${space}absent`)).value, null);
  }),
  law('a renewed TTL leaves the fence unchanged', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    await store.write(`${space}k`, bytes('v'), '1m', fence);
    await store.read({ keys: [`${space}k`], extend: '2m' });
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', fence), 'stored');
  }),
  law('read returns the holder of a lease when it is asked to', async (open) => {
    const { store, space } = await open();
    await store.acquireLease(`${space}k`, 'holder', '1m');
    const { entries } = await store.read({ keys: [`${space}k`, `${space}free`], leases: true });
    assert.deepEqual(
      entries.map(({ lease }) => lease),
      ['holder', null],
    );
    assert.equal((await readOne(store, `${space}k`)).lease, undefined);
  }),
  law('a read of no keys and no generations returns empty lists', async (open) => {
    const { store } = await open();
    assert.deepEqual(await store.read({ keys: [] }), { entries: [], generations: [] });
    assert.deepEqual(await store.read({ keys: [], generations: [], capture: { life: '1m' } }), {
      entries: [],
      generations: [],
    });
  }),
];

const capturing: readonly FencedLaw[] = [
  law('a read without capture returns no fence, even if there is one', async (open) => {
    const { store, space } = await open();
    await captureFence(store, `${space}k`);
    assert.equal((await readOne(store, `${space}k`)).fence, null);
  }),
  law('a read without capture returns null for a missing generation and does not create it', async (open) => {
    const { store, space } = await open();
    assert.equal(await lookAtGeneration(store, `${space}g`), null);
    assert.equal(await lookAtGeneration(store, `${space}g`), null);
  }),
  law('capture reads the fences of absent entries only, by default', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}there`, bytes('v'), '1m');
    const answer = await store.read({ keys: [`${space}there`, `${space}absent`], capture: { life: '1m' } });
    assert.equal(answer.entries[0]?.fence, null);
    tokenOf(answer.entries[1]?.fence);
    const same = await store.read({
      keys: [`${space}there`, `${space}absent`],
      capture: { life: '1m', of: 'absent' },
    });
    assert.deepEqual(
      same.entries.map(({ fence }) => fence),
      answer.entries.map(({ fence }) => fence),
    );
  }),
  law('capture reads the fence of an expired entry as that of an absent one', async (open) => {
    const { store, space, advance } = await open();
    await store.write(`${space}k`, bytes('v'), 30);
    await advance(30);
    const {
      entries: [entry],
    } = await store.read({ keys: [`${space}k`], capture: { life: '1m' } });
    assert.equal(await store.write(`${space}k`, bytes('loaded'), '1m', tokenOf(entry?.fence)), 'stored');
  }),
  law('capture of "all" reads the fence of every key', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}there`, bytes('v'), '1m');
    const answer = await store.read({
      keys: [`${space}there`, `${space}absent`],
      capture: { life: '1m', of: 'all' },
    });
    assert.equal(text(answer.entries[0]?.value), 'v');
    for (const { fence } of answer.entries) tokenOf(fence);
  }),
  law('capture leaves an existing fence unchanged', async (open) => {
    const { store, space } = await open();
    const fence = await captureFence(store, `${space}k`);
    assert.equal(await captureFence(store, `${space}k`), fence);
  }),
  law('concurrent captures of a fence get the same token', async (open) => {
    const { store, space } = await open();
    const fences = await Promise.all(Array.from({ length: 50 }, () => captureFence(store, `${space}k`)));
    assert.equal(new Set(fences).size, 1);
  }),
  law('capture returns a token for each generation, in the order asked', async (open) => {
    const { store, space } = await open();
    const old = await captureGeneration(store, `${space}b`);
    const { generations } = await store.read({
      keys: [],
      generations: [`${space}a`, `${space}b`, `${space}c`],
      capture: { life: '1m' },
    });
    assert.equal(new Set(generations.map(tokenOf)).size, 3);
    assert.equal(generations[1], old);
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      assert.equal(await lookAtGeneration(store, space + name), generations[index]);
    }
  }),
  law('an existing generation keeps its token until it is advanced', async (open) => {
    const { store, space } = await open();
    const token = await captureGeneration(store, `${space}g`);
    assert.equal(await captureGeneration(store, `${space}g`), token);
    assert.equal(await lookAtGeneration(store, `${space}g`), token);
  }),
  law('one read returns keys and generations together', async (open) => {
    const { store, space } = await open();
    await store.write(`${space}k`, bytes('v'), '1m');
    const token = await captureGeneration(store, `${space}g`);
    const answer = await store.read({ keys: [`${space}k`], generations: [`${space}g`, `${space}missing`] });
    assert.equal(text(answer.entries[0]?.value), 'v');
    assert.deepEqual(answer.generations, [token, null]);
  }),
  law('tokens live at least as long as the capture asked for', async (open) => {
    const { store, space, advance } = await open();
    const capture = { life: '1m' } as const;
    const first = await store.read({ keys: [`${space}k`], generations: [`${space}g`], capture });
    await advance(50);
    const again = await store.read({ keys: [`${space}k`], generations: [`${space}g`], capture });
    assert.deepEqual(again, first);
    assert.equal(
      await store.write(`${space}k`, bytes('v'), '1m', tokenOf(first.entries[0]?.fence)),
      'stored',
    );
  }),
  law('a second capture extends the life of a token', async (open) => {
    const { store, space, advance } = await open();
    const read = { keys: [`${space}k`], generations: [`${space}g`] };
    const first = await store.read({ ...read, capture: { life: 40 } });
    const again = await store.read({ ...read, capture: { life: '1m' } });
    // A machine that was slow may have lost the first tokens between the two; then these are others.
    await advance(60);
    assert.deepEqual(await store.read({ ...read, capture: { life: '1m' } }), again);
    tokenOf(first.generations[0]);
  }),
  law('a second, shorter capture does not shorten the life of a token', async (open) => {
    const { store, space, advance } = await open();
    const read = { keys: [`${space}k`], generations: [`${space}g`] };
    const first = await store.read({ ...read, capture: { life: '1m' } });
    assert.deepEqual(await store.read({ ...read, capture: { life: 20 } }), first);
    await advance(40);
    assert.deepEqual(await store.read({ ...read, capture: { life: '1m' } }), first);
  }),
  law('tokens are random: all different, 64 bits or more, in no order', async (open) => {
    const { store, space } = await open();
    const keys = Array.from({ length: 400 }, (_, index) => `${space}${index}`);
    const answer = await store.read({ keys, generations: keys, capture: { life: '1m' } });
    const tokens = [...answer.entries.map(({ fence }) => tokenOf(fence)), ...answer.generations.map(tokenOf)];
    assert.equal(new Set(tokens).size, 800);
    // A string of 64 random bits has at least this many characters in any alphabet, and differs early.
    for (const token of tokens) assert.ok(token.length >= 8, token);
    assert.ok(new Set(tokens.map((token) => token.slice(0, 6))).size > 200, 'they do not begin alike');
    const sorted = tokens.toSorted();
    assert.notDeepEqual(tokens, sorted, 'they do not rise');
  }),
  law('a fence or generation that was removed returns with a different token', async (open) => {
    const { store, space } = await open();
    const seen = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      seen.add(await captureFence(store, `${space}k`)).add(await captureGeneration(store, `${space}g`));
      await store.invalidate([`${space}k`]);
      await store.advance([`${space}g`]);
    }
    assert.equal(seen.size, 40);
  }),
];

const odd: readonly FencedLaw[] = [
  law('keys and names of generations are treated literally', async (open) => {
    const { store, space } = await open();
    const names = ODD.map((name) => space + name);
    const before = await store.read({ keys: names, generations: names, capture: { life: '1m' } });
    assert.equal(new Set(before.entries.map(({ fence }) => tokenOf(fence))).size, ODD.length);
    assert.equal(new Set(before.generations.map(tokenOf)).size, ODD.length);
    for (const [index, name] of names.entries()) {
      const fence = tokenOf(before.entries[index]?.fence);
      assert.equal(await store.write(name, bytes(`of ${name}`), '1m', fence), 'stored', shown(name));
      assert.equal(await store.acquireLease(name, `holder of ${index}`, '1m'), true, shown(name));
    }
    const after = await store.read({ keys: names, generations: names, capture: { life: '1m', of: 'all' } });
    assert.deepEqual(
      after.entries.map(({ value }) => text(value)),
      names.map((name) => `of ${name}`),
    );
    assert.deepEqual(
      after.entries.map(({ fence }) => fence),
      before.entries.map(({ fence }) => fence),
    );
    assert.deepEqual(after.generations, before.generations);
    assert.equal(await store.invalidate(names), names.length);
    for (const [index, name] of names.entries()) {
      assert.equal(await store.releaseLease(name, `holder of ${index}`), true, shown(name));
    }
  }),
  law('read refuses an invalid key, generation name or TTL', async (open) => {
    const { store, space } = await open();
    for (const wrong of ['', 'x'.repeat(1025), '\ud800', 5, null, undefined]) {
      const name = wrong as string;
      await rejectsWith('E_ARGUMENT', shown(wrong), () => store.read({ keys: [`${space}k`, name] }));
      await rejectsWith('E_ARGUMENT', shown(wrong), () => store.read({ keys: [], generations: [name] }));
    }
    for (const life of [0, -1, Number.NaN, '1', {}, '36501d'] as unknown as number[]) {
      const read = { keys: [`${space}k`], capture: { life } };
      await rejectsWith('E_ARGUMENT', shown(life), () => store.read(read));
    }
    assert.deepEqual(
      (await store.read({ keys: [], generations: [`${space}${'x'.repeat(500)}`] })).generations,
      [null],
    );
  }),
];

export const readingLaws: readonly FencedLaw[] = [...entries, ...capturing, ...odd];
