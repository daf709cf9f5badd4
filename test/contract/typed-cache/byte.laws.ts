import assert from 'node:assert/strict';
import { patterned, bytes as textBytes } from '../expectations.js';
import { counted, unwanted } from './loading.js';
import { law, lawOf, type OpenTyped, type StoredBytes, shownBy, type TypedLaw } from './subject.js';

function bytesOf(opened: OpenTyped): StoredBytes {
  return shownBy('bytes', opened.bytes);
}

const FOREIGN: readonly (readonly [string, (stored: Uint8Array) => Uint8Array])[] = [
  ['nothing', () => new Uint8Array(0)],
  ['a text of another program', () => textBytes('{"value":"v"}')],
  ['zeros', () => new Uint8Array(64)],
  ['noise', () => patterned(300)],
  ['all ones', () => new Uint8Array(100).fill(255)],
  ['the first byte only', (stored) => stored.slice(0, 1)],
  ['the half of it', (stored) => stored.slice(0, stored.length >> 1)],
  ['all but the last byte', (stored) => stored.slice(0, -1)],
  ['its end', (stored) => stored.slice(stored.length >> 1)],
];

export const byteLaws: readonly TypedLaw[] = [
  lawOf('bytes', 'unreadable bytes are a miss that is counted, reported and reloaded', async (open) => {
    for (const [what, change] of FOREIGN) {
      const opened = await open({ grace: '1m' });
      const { cache } = opened;
      const told: unknown[] = [];
      cache.on('undecodable', ({ key }) => told.push(key));
      await cache.set('k', { name: 'value', list: [1, 2, 3] });
      assert.equal(await bytesOf(opened).rewrite(change), 1);
      assert.equal(await cache.get('k'), undefined, what);
      assert.equal((await cache.explain('k')).reason, 'undecodable', what);
      assert.ok(cache.stats().undecodable > 0);
      assert.ok(cache.stats().misses.undecodable > 0);
      assert.deepEqual(told[0], 'k');
      assert.deepEqual(await cache.getMany(['k', 'other']), [undefined, undefined]);
      const loader = counted(() => 'new');
      assert.equal(await cache.getOrSet('k', loader), 'new', what);
      assert.equal(loader.count, 1);
      assert.equal(await cache.getOrSet('k', unwanted), 'new', what);
    }
  }),
  lawOf(
    'bytes',
    'a read of a value with any one byte changed returns a value or a miss, and never rejects',
    async (open) => {
      const opened = await open({ compress: { algorithm: 'gzip', from: 1 } });
      const { cache } = opened;
      const value = { name: 'value', list: Array(20).fill('text') };
      for (let at = 0; at < 40; at += 1) {
        await cache.set('k', value, { tags: ['t'] });
        await bytesOf(opened).rewrite((stored) => {
          const changed = Uint8Array.from(stored);
          const index = at % changed.length;
          changed[index] = (changed[index] ?? 0) ^ (1 << (at % 8));
          return changed;
        });
        await cache.get('k');
        const loaded = await cache.getOrSet('k', async () => value);
        assert.equal(typeof loaded, 'object');
      }
    },
  ),
  lawOf('bytes', 'unreadable bytes are removed like any other value', async (open) => {
    const opened = await open();
    const { cache } = opened;
    for (const remove of [() => cache.delete('k'), () => cache.deleteMany(['k'])]) {
      await cache.set('k', 'v');
      await bytesOf(opened).rewrite(() => patterned(50));
      assert.equal((await cache.explain('k')).reason, 'undecodable');
      await remove();
      assert.equal((await cache.explain('k')).reason, 'absent');
    }
    await cache.set('k', 'v');
    await bytesOf(opened).rewrite(() => patterned(50));
    await cache.expire('k');
    assert.equal(await cache.get('k'), undefined);
    await cache.set('k', 'v');
    assert.equal(await cache.get('k'), 'v');
  }),
  law('a value that another codec stored is a miss', async (open) => {
    const { cache } = await open({ codec: 'json' });
    await cache.set('k', 'v', { codec: 'text' });
    const value = await cache.get('k');
    assert.ok(value === undefined || value === 'v', 'never a value that was not stored');
    await cache.getOrSet('k', async () => ['new'], { forceFresh: true });
    assert.deepEqual(await cache.get('k'), ['new']);
  }),
  lawOf('bytes', 'envelope none stores exactly the bytes of the codec', async (open) => {
    const opened = await open({ envelope: 'none', codec: 'text', expire: '1m' });
    const { cache } = opened;
    await cache.set('k', 'a text');
    const seen: Uint8Array[] = [];
    await bytesOf(opened).rewrite((stored) => {
      seen.push(stored);
      return textBytes('another text');
    });
    assert.deepEqual(
      seen.map((stored) => Buffer.from(stored).toString()),
      ['a text'],
    );
    assert.equal(await cache.get('k'), 'another text');
    assert.equal(await cache.getOrSet('k', unwanted), 'another text');
    const life = (await cache.getEntry('k'))?.remainingMs ?? 0;
    assert.ok(life > 50_000 && life <= 60_000);
  }),
  law('envelope none still shares loads, invalidates and clears', async (open) => {
    const { cache } = await open({ envelope: 'none' });
    const loader = counted(() => ({ a: 1 }));
    const calls = [1, 2, 3].map(() => cache.getOrSet('k', loader));
    assert.deepEqual(await Promise.all(calls), Array(3).fill({ a: 1 }));
    assert.equal(loader.count, 1);
    assert.equal(await cache.delete('k'), true);
    assert.equal(await cache.get('k'), undefined);
    await cache.set('k', 1);
    await cache.set('l', 2);
    await cache.clear();
    assert.deepEqual(await cache.getMany(['k', 'l']), [undefined, undefined]);
    await assert.rejects(cache.invalidateTags('t'), { code: 'E_ARGUMENT' });
  }),
];
