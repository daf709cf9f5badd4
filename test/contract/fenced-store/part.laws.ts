import assert from 'node:assert/strict';
import type { FencedEntry } from '../../../src/interfaces/fenced-store.js';
import { assertRemains, bytes, rejectsWith, text } from '../expectations.js';
import { captureFence, captureGeneration, lookAtGeneration, readOne, tokenOf } from './steps.js';
import { type FencedLaw, law, lawOf, type OpenFencedStore, serverOf } from './subject.js';

/** Hash tags of names in different slots. */
const TAGS = ['{a}', '{b}', '{c}'] as const;

/** Writes an entry for each hash tag. */
async function inThreeParts({ store, space }: OpenFencedStore): Promise<readonly string[]> {
  const keys = TAGS.map((tag) => space + tag);
  for (const key of keys) await store.write(key, bytes(key), '1m');
  return keys;
}

/** Current token of the scope of an entry, created if missing. */
async function captureScope({ store, space }: OpenFencedStore, key: string): Promise<string> {
  const capture = { life: '1m', of: 'none' } as const;
  const { entries } = await store.read({ keys: [key], scope: `${space}scope`, capture });
  return tokenOf(entries[0]?.scope);
}

async function lookAtScope({ store, space }: OpenFencedStore, key: string): Promise<FencedEntry['scope']> {
  const { entries } = await store.read({ keys: [key], scope: `${space}scope`, lives: false });
  return entries[0]?.scope;
}

function breakPart({ breakPart: broken }: OpenFencedStore, name: string): void {
  assert.ok(broken, 'a subject with "parts" breaks them');
  broken(name);
}

const scopes: readonly FencedLaw[] = [
  law('a scope is missing until a capture creates it, and then read with each entry', async (open) => {
    const opened = await open();
    const keys = await inThreeParts(opened);
    const [key = ''] = keys;
    assert.equal(await lookAtScope(opened, key), null);
    const token = await captureScope(opened, key);
    assert.equal(await lookAtScope(opened, key), token);
    assert.equal(await captureScope(opened, key), token);
    for (const other of keys)
      assert.equal(await captureScope(opened, other), await lookAtScope(opened, other));
    const { entries } = await opened.store.read({ keys, scope: `${opened.space}scope` });
    assert.deepEqual(
      entries.map(({ value }) => text(value)),
      keys,
    );
    assert.ok(entries.every(({ scope }) => typeof scope === 'string'));
    const absent = await opened.store.read({ keys: [`${key}absent`], scope: `${opened.space}scope` });
    assert.ok(absent.entries[0] && 'scope' in absent.entries[0]);
  }),
  law('an entry has no scope unless the read asks for one', async (open) => {
    const { store, space } = await open();
    assert.equal('scope' in (await readOne(store, `${space}k`)), false);
  }),
  law('advance everywhere makes the scope of every entry outdated', async (open) => {
    const opened = await open();
    const keys = await inThreeParts(opened);
    const before = await Promise.all(keys.map((key) => captureScope(opened, key)));
    await opened.store.advance([`${opened.space}scope`], 'everywhere');
    const after = await Promise.all(keys.map((key) => captureScope(opened, key)));
    for (const [index, token] of after.entries()) assert.notEqual(token, before[index]);
    for (const key of keys) assert.equal(text((await readOne(opened.store, key)).value), key);
  }),
  law('advance everywhere leaves other scopes and generations untouched', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    const token = await captureScope(opened, `${space}k`);
    const generation = await captureGeneration(store, `${space}g`);
    await store.advance([`${space}another`], 'everywhere');
    assert.equal(await lookAtScope(opened, `${space}k`), token);
    assert.equal(await lookAtGeneration(store, `${space}g`), generation);
    await store.advance([`${space}g`], 'everywhere');
    assert.equal(await lookAtGeneration(store, `${space}g`), null);
  }),
  law('a read without values answers everything else', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    await store.write(`${space}k`, bytes('v'), '1m');
    const scope = await captureScope(opened, `${space}k`);
    const request = { keys: [`${space}k`, `${space}absent`], values: false, scope: `${space}scope` } as const;
    const { entries } = await store.read({ ...request, capture: { life: '1m' } });
    assert.deepEqual(
      entries.map(({ value }) => value),
      [null, null],
    );
    assertRemains(entries[0]?.remainingMs ?? null, 60_000);
    assert.deepEqual([entries[0]?.fence, entries[1]?.remainingMs], [null, null]);
    assert.equal(entries[1]?.fence, await captureFence(store, `${space}absent`));
    assert.equal(entries[0]?.scope, scope);
  }),
  law('capture of "none" reads no fence', async (open) => {
    const { store, space } = await open();
    const capture = { life: '1m', of: 'none' } as const;
    const { entries } = await store.read({ keys: [`${space}absent`], capture });
    assert.equal(entries[0]?.fence, null);
  }),
  lawOf('cluster', 'a key and its copy of the scope share one hash slot', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    for (const key of await inThreeParts(opened)) {
      const names = async () => (await server.names()).map((name) => name.toString('hex'));
      const before = new Set(await names());
      await captureScope(opened, key);
      const [made] = (await names()).filter((name) => !before.has(name));
      if (made === undefined) continue; // A store whose slots share one copy.
      const entry = (await server.names()).find((name) => name.toString().endsWith(key));
      assert.ok(entry);
      assert.equal(await server.slot?.(Buffer.from(made, 'hex')), await server.slot?.(entry));
    }
  }),
];

const failures: readonly FencedLaw[] = [
  lawOf('parts', 'a part that fails costs a read its own entries only', async (open) => {
    const opened = await open();
    const keys = await inThreeParts(opened);
    const [first = '', broken = '', last = ''] = keys;
    breakPart(opened, broken);
    for (const capture of [undefined, { life: '1m', of: 'all' } as const]) {
      const scope = `${opened.space}scope`;
      const answer = await opened.store.read({ keys, scope, capture, leases: true });
      assert.deepEqual(
        answer.entries.map(({ value }) => value && text(value)),
        [first, null, last],
      );
      const { failure, ...nothing } = answer.entries[1] as FencedEntry;
      assert.ok(failure instanceof Error);
      assert.deepEqual(nothing, { value: null, remainingMs: null, fence: null, lease: null, scope: null });
      assert.equal(answer.failure, failure);
      assert.equal('failure' in (answer.entries[0] as FencedEntry), false);
    }
  }),
  lawOf('parts', 'a read whose entries all failed rejects', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    breakPart(opened, `${space}{a}`);
    await rejectsWith('E_CONNECTION_LOST', 'one', () =>
      store.read({ keys: [`${space}{a}`], generations: [`${space}{b}`] }),
    );
    await rejectsWith('E_CONNECTION_LOST', 'none', () =>
      store.read({ keys: [], generations: [`${space}{a}`] }),
    );
  }),
  lawOf('parts', 'a generation whose part failed is null, and the rest is answered', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    await store.write(`${space}{b}`, bytes('v'), '1m');
    const token = await captureGeneration(store, `${space}{c}`);
    await captureGeneration(store, `${space}{a}`);
    breakPart(opened, `${space}{a}`);
    const generations = [`${space}{a}`, `${space}{c}`];
    const answer = await store.read({ keys: [`${space}{b}`], generations });
    assert.deepEqual(answer.generations, [null, token]);
    assert.equal(text(answer.entries[0]?.value ?? null), 'v');
    assert.ok(answer.failure instanceof Error);
    assert.deepEqual((await store.read({ keys: [], generations })).generations, [null, token]);
  }),
  lawOf('parts', 'invalidate removes what it can, and lists the keys that failed', async (open) => {
    const opened = await open();
    const { store } = opened;
    const keys = await inThreeParts(opened);
    const [first = '', broken = '', last = ''] = keys;
    const fence = await captureFence(store, last);
    breakPart(opened, broken);
    const error = await rejection(store.invalidate(keys));
    assert.deepEqual([error.code, error.failed], ['E_CONNECTION_LOST', [broken]]);
    assert.equal((await readOne(store, first)).value, null);
    assert.equal(await store.write(last, bytes('loaded'), '1m', fence), 'fenced');
    assert.equal((await rejection(store.invalidate([broken]))).failed, undefined);
  }),
  lawOf('parts', 'advance advances what it can, and lists the generations that failed', async (open) => {
    const opened = await open();
    const { store, space } = opened;
    const names = TAGS.map((tag) => `${space}${tag}g`);
    for (const broken of [1, 0]) {
      for (const name of names.slice(broken)) await captureGeneration(store, name).catch(() => '');
      breakPart(opened, names[broken] ?? '');
      const error = await rejection(store.advance(names));
      assert.deepEqual([error.code, error.failed], ['E_CONNECTION_LOST', names.slice(broken, 2)]);
      assert.equal(await lookAtGeneration(store, names[2] ?? ''), null);
    }
  }),
  lawOf(
    'parts',
    'advance everywhere rejects when it missed a part, and advances the others',
    async (open) => {
      const opened = await open();
      const [first = '', broken = '', last = ''] = await inThreeParts(opened);
      const before = [await captureScope(opened, first), await captureScope(opened, last)];
      breakPart(opened, broken);
      const scope = `${opened.space}scope`;
      await rejectsWith('E_CONNECTION_LOST', 'everywhere', () => opened.store.advance([scope], 'everywhere'));
      assert.notEqual(await captureScope(opened, first), before[0]);
      assert.notEqual(await captureScope(opened, last), before[1]);
    },
  ),
];

async function rejection(
  call: Promise<unknown>,
): Promise<{ readonly code?: string; readonly failed?: unknown }> {
  return call.then(
    () => assert.fail('the call was answered'),
    (error: object) => error,
  );
}

export const partLaws: readonly FencedLaw[] = [...scopes, ...failures];
