import assert from 'node:assert/strict';
import type { ICache } from '../../../src/interfaces/cache.js';
import { all, bytes, rejectsWith, shown, text } from '../expectations.js';
import { type CacheLaw, law, lawOf, type OpenCache } from './subject.js';

/** Pattern → which of the names it covers. */
interface GlobCase {
  readonly title: string;
  readonly names: readonly string[];
  readonly patterns: Readonly<Record<string, readonly string[]>>;
}

const GLOBS: readonly GlobCase[] = [
  {
    title: '* stands for any bytes, or none',
    names: ['user', 'user:', 'user:1', 'user:1:x', 'super', 'a\nb'],
    patterns: {
      'user*': ['user', 'user:', 'user:1', 'user:1:x'],
      'user:*': ['user:', 'user:1', 'user:1:x'],
      '*er*': ['super', 'user', 'user:', 'user:1', 'user:1:x'],
      '*:*:*': ['user:1:x'],
      'a*b': ['a\nb'],
      'us**1': ['user:1'],
    },
  },
  {
    title: '? stands for exactly one byte, so that é needs two',
    names: ['h', 'ha', 'hat', 'hé', '😀'],
    patterns: {
      'h?': ['ha'],
      'h??': ['hat', 'hé'],
      '????': ['😀'],
      '?': ['h'],
      '?*': ['h', 'ha', 'hat', 'hé', '😀'],
    },
  },
  {
    title: '[ae] and [a-c] stand for one byte of the class',
    names: ['a', 'b', 'c', 'd', 'e', 'ab', '-', 'A'],
    patterns: {
      '[ae]': ['a', 'e'],
      '[a-c]': ['a', 'b', 'c'],
      '[c-a]': ['a', 'b', 'c'],
      '[a-ce][a-c]': ['ab'],
    },
  },
  {
    title: '[^a] stands for one byte outside the class',
    names: ['a', 'b', 'c', '^', 'ab', '!'],
    patterns: {
      '[^a]': ['!', '^', 'b', 'c'],
      '[^a-b]': ['!', '^', 'c'],
      '[a^]': ['^', 'a'],
      '[!a]': ['!', 'a'],
    },
  },
  {
    title: '\\ makes the next byte literal',
    names: ['*', '?', 'a', '[a]', '\\', 'a*b', 'axb', ']'],
    patterns: {
      '\\*': ['*'],
      '\\?': ['?'],
      '\\[a]': ['[a]'],
      '\\\\': ['\\'],
      'a\\*b': ['a*b'],
      '\\a': ['a'],
      '[\\]]': [']'],
    },
  },
  {
    title: 'a pattern matches the whole key, and is case-sensitive',
    names: ['abc', 'Abc', 'abcd', 'xabc'],
    patterns: { abc: ['abc'], Abc: ['Abc'], ABC: [], 'b*': [], '*b': [], bc: [] },
  },
];

/** Names that match a pattern, without the prefix of the test. */
async function covered({ cache, space }: OpenCache, pattern: string): Promise<string[]> {
  return (await all(cache.keys(space + pattern))).map((key) => key.slice(space.length)).sort();
}

async function fill(cache: ICache, keys: Iterable<string>): Promise<void> {
  assert.equal(
    await cache.setValues(
      [...keys].map((key) => [key, bytes(`of ${key}`)] as const),
      '1m',
    ),
    true,
  );
}

function numbered(space: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${space}${index}`);
}

const patterns: readonly CacheLaw[] = [
  ...GLOBS.flatMap(({ title, names, patterns: cases }): CacheLaw[] => [
    law(`keys matches by glob: ${title}`, async (open) => {
      const opened = await open();
      await fill(
        opened.cache,
        names.map((name) => opened.space + name),
      );
      for (const [pattern, expected] of Object.entries(cases)) {
        assert.deepEqual(await covered(opened, pattern), [...expected].sort(), `pattern ${shown(pattern)}`);
      }
    }),
    law(`clear matches by glob: ${title}`, async (open) => {
      const opened = await open();
      const { cache, space } = opened;
      for (const [pattern, expected] of Object.entries(cases)) {
        await fill(
          cache,
          names.map((name) => space + name),
        );
        assert.equal(await cache.clear(space + pattern), expected.length, `pattern ${shown(pattern)}`);
        const left = names.filter((name) => !expected.includes(name)).sort();
        assert.deepEqual(await covered(opened, '*'), left, `pattern ${shown(pattern)}`);
      }
    }),
  ]),
  law('an empty pattern matches no key', async (open) => {
    const opened = await open();
    await fill(opened.cache, [`${opened.space}a`]);
    assert.deepEqual(await all(opened.cache.keys('')), []);
    assert.equal(await opened.cache.clear(''), 0);
    assert.deepEqual(await covered(opened, '*'), ['a']);
  }),
  law('keys refuses a pattern that is not a string', async (open) => {
    const { cache } = await open();
    for (const pattern of [5, null, true, {}, /a/, Symbol('p')]) {
      await rejectsWith('E_ARGUMENT', shown(pattern), () => all(cache.keys(pattern as string)));
    }
  }),
  law('clear refuses a pattern that is not a string, and removes nothing', async (open) => {
    const opened = await open();
    await fill(opened.cache, [`${opened.space}a`]);
    for (const pattern of [5, null, true, {}, /a/, Symbol('p')]) {
      await rejectsWith('E_ARGUMENT', shown(pattern), () => opened.cache.clear(pattern as string));
    }
    assert.deepEqual(await covered(opened, '*'), ['a']);
  }),
];

const enumerating: readonly CacheLaw[] = [
  law('keys reports every key exactly once, across all pages', async (open) => {
    const { cache, space } = await open();
    const keys = numbered(space, 3500);
    await fill(cache, keys);
    assert.deepEqual((await all(cache.keys(`${space}*`))).sort(), keys.sort());
  }),
  law('keys reports nothing when the cache is empty', async (open) => {
    const { cache, space } = await open();
    assert.deepEqual(await all(cache.keys(`${space}*`)), []);
  }),
  law('keys reports no removed entry', async (open) => {
    const opened = await open();
    await fill(
      opened.cache,
      ['a', 'b', 'c'].map((key) => opened.space + key),
    );
    await opened.cache.deleteValue(`${opened.space}a`);
    await opened.cache.deleteValues([`${opened.space}b`]);
    assert.deepEqual(await covered(opened, '*'), ['c']);
  }),
  law('keys reports every key that stays while others come and go', async (open) => {
    const { cache, space } = await open();
    const staying = numbered(`${space}stay:`, 1500);
    await fill(cache, [...numbered(`${space}go:`, 1500), ...staying]);
    const seen: string[] = [];
    for await (const key of cache.keys(`${space}*`)) {
      seen.push(key);
      if (seen.length % 300 !== 1) continue;
      await cache.deleteValues(numbered(`${space}go:`, seen.length));
      await fill(cache, numbered(`${space}come:${seen.length}:`, 10));
    }
    assert.equal(new Set(seen).size, seen.length, 'no key comes twice');
    assert.deepEqual(seen.filter((key) => key.startsWith(`${space}stay:`)).sort(), staying.sort());
  }),
  law('an iteration over keys may be stopped early', async (open) => {
    const { cache, space } = await open();
    await fill(cache, numbered(space, 2500));
    for await (const _ of cache.keys(`${space}*`)) break;
    assert.equal((await all(cache.keys(`${space}*`))).length, 2500);
  }),
  law('keys changes no entry', async (open) => {
    const { cache, space } = await open();
    await fill(cache, [`${space}a`]);
    await all(cache.keys(`${space}*`));
    assert.equal(text(await cache.getValue(`${space}a`)), `of ${space}a`);
  }),
  law('clear removes the keys that match a pattern and counts them', async (open) => {
    const opened = await open();
    const { cache, space } = opened;
    await fill(cache, [...numbered(`${space}a:`, 2500), `${space}b`]);
    assert.equal(await cache.clear(`${space}a:*`), 2500);
    assert.deepEqual(await covered(opened, '*'), ['b']);
    assert.equal(await cache.getValue(`${space}a:7`), null);
  }),
  law('clear returns 0 when nothing matches', async (open) => {
    const { cache, space } = await open();
    await fill(cache, [`${space}a`]);
    assert.equal(await cache.clear(`${space}b*`), 0);
    assert.equal(await cache.hasValue(`${space}a`), true);
  }),
  lawOf('own-keys', 'keys without a pattern reports every key', async (open) => {
    const { cache } = await open();
    await fill(cache, ['a', '*', '[', 'é']);
    assert.deepEqual((await all(cache.keys())).sort(), ['*', '[', 'a', 'é']);
  }),
  lawOf('own-keys', 'clear without a pattern removes every key and counts them', async (open) => {
    const { cache } = await open();
    await fill(cache, ['a', '*', '[', 'é']);
    assert.equal(await cache.clear(), 4);
    assert.deepEqual(await all(cache.keys()), []);
  }),
];

export const enumerationLaws: readonly CacheLaw[] = [...patterns, ...enumerating];
