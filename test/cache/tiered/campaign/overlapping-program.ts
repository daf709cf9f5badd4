import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TieredCache } from '../../../../src/implements/cache/tiered/tiered-cache.js';

const KEYS = ['a1', 'a2', 'b1'] as const;
const KINDS = [
  ...(['get', 'getMany', 'has', 'expiry', 'capture'] as const),
  ...([
    'set',
    'setMany',
    'write',
    'delete',
    'deleteMany',
    'invalidate',
    'expire',
    'clear',
    'clearSome',
  ] as const),
];

/** Call of a program: its kind, its key and another one. */
interface Call {
  readonly kind: (typeof KINDS)[number];
  readonly key: string;
  readonly other: string;
}

const call = fc.record({
  kind: fc.constantFrom(...KINDS),
  key: fc.constantFrom(...KEYS),
  other: fc.constantFrom(...KEYS),
});

/** Turns, whose calls are made without waiting for each other. */
export const programs = fc.array(fc.array(call, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 6,
});

/** Program of overlapping calls of one process, and what their order allows each of them to answer. */
export class OverlappingProgram {
  readonly #cache: TieredCache;
  readonly #values = new Map<string, string>();
  /** Values that a clear which has not ended yet may not have removed. */
  readonly #leaving = new Map<string, string>();
  #version = 0;

  constructor(cache: TieredCache) {
    this.#cache = cache;
  }

  async reset(): Promise<void> {
    await this.#cache.deleteValues(KEYS);
  }

  /** Makes the calls of a turn, and judges their answers. */
  async run(calls: readonly Call[]): Promise<void> {
    await Promise.all(calls.map((each) => this.#make(each)));
    this.#leaving.clear();
    assert.ok(await this.isLeftIn(this.#cache), 'what is left is the outcome of the calls in their order');
  }

  /** `true` when a cache returns what the calls should have left. */
  async isLeftIn(cache: TieredCache): Promise<boolean> {
    const found = await cache.getValues(KEYS);
    return KEYS.every((key, index) => textOf(found[index]) === (this.#values.get(key) ?? null));
  }

  async #make({ kind, key, other }: Call): Promise<unknown> {
    const cache = this.#cache;
    const both = [...new Set([key, other])];
    switch (kind) {
      case 'get':
        return this.#judged([key], async () => [textOf(await cache.getValue(key))]);
      case 'getMany':
        return this.#judged(both, async () => (await cache.getValues(both)).map(textOf));
      case 'capture':
        return this.#judged([key], async () => {
          const { entries } = await cache.read({ keys: [key], capture: { life: '1m', of: 'all' } });
          return [textOf(entries[0]?.value)];
        });
      case 'has':
        return this.#present(key, cache.hasValue(key));
      case 'expiry':
        return this.#present(
          key,
          cache.getExpiry(key).then((lifeMs) => lifeMs !== null),
        );
      case 'set': {
        const [bytes] = this.#stored([key]);
        return cache.setValue(key, bytes as Buffer, '1m');
      }
      case 'setMany': {
        const bytes = this.#stored(both);
        return cache.setValues(
          both.map((each, index) => [each, bytes[index] as Buffer]),
          '1m',
        );
      }
      case 'write': {
        const [bytes] = this.#stored([key]);
        return cache.write(key, bytes as Buffer, '1m');
      }
      case 'delete':
        this.#removed([key]);
        return cache.deleteValue(key);
      case 'deleteMany':
        this.#removed(both);
        return cache.deleteValues(both);
      case 'invalidate':
        this.#removed(both);
        return cache.invalidate(both);
      case 'expire':
        return cache.setExpiry(key, '2m');
      case 'clear':
        this.#cleared(KEYS);
        return cache.clear();
      case 'clearSome':
        this.#cleared(['a1', 'a2']);
        return cache.clear('a*');
    }
  }

  async #judged(keys: readonly string[], read: () => Promise<(string | null)[]>): Promise<void> {
    const allowed = keys.map((key) => this.#allowed(key));
    const answers = await read();
    for (const [index, answer] of answers.entries()) {
      const values = allowed[index] as readonly (string | null)[];
      assert.ok(values.includes(answer), `expected ${values.join(' or ')}, got ${answer}`);
    }
  }

  async #present(key: string, answer: Promise<boolean>): Promise<void> {
    const allowed = this.#allowed(key).map((value) => value !== null);
    assert.ok(allowed.includes(await answer), `expected ${allowed.join(' or ')}`);
  }

  #allowed(key: string): (string | null)[] {
    const value = this.#values.get(key) ?? null;
    const leaving = this.#leaving.get(key);
    return leaving === undefined ? [value] : [value, leaving];
  }

  #stored(keys: readonly string[]): Buffer[] {
    return keys.map((key) => {
      const text = `${key}#${++this.#version}`;
      this.#leaving.delete(key);
      this.#values.set(key, text);
      return Buffer.from(text);
    });
  }

  #removed(keys: readonly string[]): void {
    for (const key of keys) {
      this.#leaving.delete(key);
      this.#values.delete(key);
    }
  }

  #cleared(keys: readonly string[]): void {
    for (const key of keys) {
      const value = this.#values.get(key);
      if (value !== undefined) this.#leaving.set(key, value);
      this.#values.delete(key);
    }
  }
}

function textOf(bytes: Uint8Array | null | undefined): string | null {
  return bytes == null ? null : Buffer.from(bytes).toString();
}
