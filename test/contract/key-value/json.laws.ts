import assert from 'node:assert/strict';
import { rejectsWith } from '../expectations.js';
import { type KeyValueLaw, law } from './subject.js';

const circle: { self?: unknown } = {};
circle.self = circle;

const NO_JSON: readonly unknown[] = [
  ...[undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('s'), () => 1, circle, new Date(0)],
  ...[{ deep: [1, undefined] }, { deep: Number.NaN }, [1n], new Map(), Uint8Array.of(1), new Array(1)],
];

/** Laws of JSON. */
export const jsonLaws: readonly KeyValueLaw[] = [
  law('JSON is read as it was written, and a stored `null` is not an absent key', async (open) => {
    const { values } = await open();
    assert.equal(await values.getJson('k'), undefined);
    const hostile: unknown = JSON.parse('{"__proto__":{"x":1},"$":"ordinary","constructor":null}');
    for (const value of [null, 0, -1.5, false, '', 'ä"\\\n', [], {}, [null, [1, { a: 'b' }]], hostile]) {
      assert.equal(await values.setJson('k', value), true);
      assert.deepEqual(await values.getJson('k'), value);
      assert.equal(await values.getText('k'), JSON.stringify(value));
    }
  }),
  law('a value that JSON does not represent is refused, and nothing is stored', async (open) => {
    const { values } = await open();
    await values.set('k', 'before');
    for (const value of NO_JSON) {
      await rejectsWith('E_ENCODE', String(typeof value), () => values.setJson('k', value));
      await rejectsWith('E_ENCODE', String(typeof value), () => values.setJson('new', value));
    }
    assert.equal(await values.getText('k'), 'before');
    assert.equal(await values.exists('new'), false);
  }),
  law('a value that is not JSON is refused as JSON, and stays', async (open) => {
    const { values } = await open();
    for (const value of ['', '{', 'undefined', 'NaN', "{'a':1}", Uint8Array.of(0x22, 0xff, 0x22)]) {
      await values.set('k', value);
      await rejectsWith('E_DECODE', JSON.stringify(value), () => values.getJson('k'));
      assert.equal(await values.exists('k'), true);
    }
  }),
];
