import assert from 'node:assert/strict';
import { all, bytes, text } from '../expectations.js';
import { type CacheLaw, law } from './subject.js';

/** More than fits into one step of a bulk call. */
const MANY = 1100;

export const orderLaws: readonly CacheLaw[] = [
  law('calls on one key that are not awaited take effect in the order of the calls', async (open) => {
    const { cache, space } = await open();
    const key = `${space}k`;
    const set = (value: string) => cache.setValue(key, bytes(value), '1m');
    await Promise.all([set('a'), cache.deleteValue(key)]);
    assert.equal(await cache.getValue(key), null);
    await Promise.all([set('a'), cache.deleteValue(key), set('b')]);
    assert.equal(text(await cache.getValue(key)), 'b');
    await Promise.all([set('c'), cache.setValues([[key, bytes('d')]], '1m')]);
    assert.equal(text(await cache.getValue(key)), 'd');
    const [, changed] = await Promise.all([set('e'), cache.setExpiry(key, '1h')]);
    assert.equal(changed, true);
    assert.ok(((await cache.getExpiry(key)) ?? 0) > 600_000);
    await Promise.all([cache.setExpiry(key, '1h'), set('f')]);
    assert.ok(((await cache.getExpiry(key)) ?? 0) <= 60_000);
    const [, read] = await Promise.all([set('g'), cache.getValue(key)]);
    assert.equal(text(read), 'g');
  }),
  law('a bulk call leaves what later calls have changed', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: MANY }, (_, index) => `${space}${index}`);
    const entries = (value: string) => keys.map((key) => [key, bytes(value)] as const);
    const [first, last] = [keys[0] as string, keys.at(-1) as string];
    await Promise.all([
      cache.setValues(entries('old'), '1m'),
      cache.deleteValue(first),
      cache.setValue(last, bytes('new'), '1m'),
    ]);
    assert.deepEqual(
      (await cache.getValues([first, last])).map((value) => value && text(value)),
      [null, 'new'],
    );
    await Promise.all([cache.setValues(entries('old'), '1m'), cache.deleteValues(keys)]);
    assert.deepEqual(await all(cache.keys(`${space}*`)), []);
    await Promise.all([cache.deleteValues(keys), cache.setValues(entries('newer'), '1m')]);
    assert.equal((await all(cache.keys(`${space}*`))).length, MANY);
  }),
  law('clear leaves what later calls have stored', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: MANY }, (_, index) => `${space}${index}`);
    await cache.setValues(
      keys.map((key) => [key, bytes('old')]),
      '1m',
    );
    const some = [keys[0], keys[500], keys.at(-1)] as string[];
    const clearing = cache.clear(`${space}*`);
    const stored = await Promise.all(some.map((key) => cache.setValue(key, bytes('new'), '1m')));
    await clearing;
    assert.deepEqual(stored, [true, true, true]);
    assert.deepEqual(
      (await cache.getValues(some)).map((value) => value && text(value)),
      ['new', 'new', 'new'],
    );
    assert.equal((await all(cache.keys(`${space}*`))).length, some.length);
  }),
  law('a later setExpiry saves no entry from a bulk removal, and counts for a bulk set', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: MANY }, (_, index) => `${space}${index}`);
    const entries = keys.map((key) => [key, bytes('a')] as const);
    const last = keys.at(-1) as string;
    await cache.setValues(entries, '1m');
    await Promise.all([cache.deleteValues(keys), cache.setExpiry(last, '1h')]);
    assert.deepEqual(await all(cache.keys(`${space}*`)), []);
    await cache.setValues(entries, '1m');
    await Promise.all([cache.clear(`${space}*`), cache.setExpiry(last, '1h')]);
    assert.deepEqual(await all(cache.keys(`${space}*`)), []);
    await Promise.all([cache.setValues(entries, '1m'), cache.setExpiry(last, '1h')]);
    assert.equal(text(await cache.getValue(last)), 'a');
    assert.ok(((await cache.getExpiry(last)) ?? 0) > 600_000);
  }),
];
