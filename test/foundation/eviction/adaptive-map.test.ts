import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveMap } from '../../../src/implements/foundation/eviction/adaptive/adaptive-map.js';
import type { Bounds } from '../../../src/implements/foundation/eviction/bounded-map.js';
import { checkInvariants } from './eviction-invariants.js';

interface Step {
  readonly do: 'get' | 'peek' | 'set' | 'expire' | 'delete' | 'wait' | 'reclaim' | 'clear' | 'keys';
  readonly key: string;
  readonly weight: number;
  readonly lifeMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('get', 'set', 'set') },
    { weight: 6, arbitrary: fc.constantFrom('peek', 'expire', 'delete', 'wait', 'keys', 'reclaim') },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  ) as fc.Arbitrary<Step['do']>,
  key: fc.integer({ min: 0, max: 30 }).map((number) => (number === 0 ? '' : `key:${number}`)),
  weight: fc.integer({ min: 1, max: 12 }),
  lifeMs: fc.oneof(
    fc.integer({ min: -5, max: 200 }),
    fc.double({ min: 0.1, max: 5_000, noNaN: true }),
    fc.constantFrom(86_400_000, 3_155_760_000_000, Number.POSITIVE_INFINITY),
  ),
});

const bounds: fc.Arbitrary<Bounds> = fc.record({
  maxEntries: fc.constantFrom(1, 2, 3, 10, 25),
  maxWeight: fc.constantFrom(10, 40, 1_000, Number.POSITIVE_INFINITY),
});

/** Model of an unbounded map. A bounded map may lack any of its entries, but never has one more. */
class Model {
  readonly entries = new Map<string, { value: number; expiresAt: number }>();

  present(key: string, now: number): { value: number; expiresAt: number } | undefined {
    const entry = this.entries.get(key);
    return entry === undefined || entry.expiresAt <= now ? undefined : entry;
  }
}

describe('AdaptiveMap', () => {
  it('AdaptiveMap returns only what it holds, and keeps its bounds and invariants through any operations', () => {
    fc.assert(
      fc.property(bounds, fc.array(step, { minLength: 1, maxLength: 150 }), (limits, steps) => {
        const map = new AdaptiveMap<number>(limits, 7);
        const model = new Model();
        const removed: [string, number, string][] = [];
        map.onRemoved = (key, value, cause) => {
          removed.push([key, value, cause]);
          if (cause === 'size' || cause === 'weight') model.entries.delete(key);
        };
        let now = 1_000;
        steps.forEach((one, number) => {
          now = run(map, model, limits, one, number, now);
          checkInvariants(map, limits);
        });
        const { removed: counted } = map.stats();
        for (const [cause, count] of Object.entries(counted)) {
          expect(removed.filter((event) => event[2] === cause)).toHaveLength(count);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('AdaptiveMap holds all entries as long as no bound is reached', () => {
    const map = new AdaptiveMap<number>({ maxEntries: 500, maxWeight: 500 });
    for (let number = 0; number < 500; number++) map.set(`${number}`, number, 1, Number.POSITIVE_INFINITY, 0);
    for (let number = 0; number < 500; number++) expect(map.get(`${number}`, 0)).toBe(number);
  });

  it.each([1, 2, 3, 10, 1_000])('AdaptiveMap keeps the newest entry and at most %i entries', (maxEntries) => {
    const limits = { maxEntries, maxWeight: Number.POSITIVE_INFINITY };
    const map = new AdaptiveMap<number>(limits);
    for (let number = 0; number < 5 * maxEntries + 20; number++) {
      map.set(`${number}`, number, 1, Number.POSITIVE_INFINITY, 0);
      expect(map.peek(`${number}`, 0)).toBe(number);
    }
    expect(map.size).toBe(maxEntries);
    checkInvariants(map, limits);
  });

  it('AdaptiveMap grows to a million entries and stays at that size', () => {
    const limits = { maxEntries: 1_000_000, maxWeight: Number.POSITIVE_INFINITY };
    const map = new AdaptiveMap<number>(limits);
    for (let number = 0; number < 1_100_000; number++) map.set(`${number}`, number, 1, 1e9, 0);
    expect(map.size).toBe(1_000_000);
    expect(map.stats().removed.size).toBe(100_000);
    expect(map.peek('1099999', 0)).toBe(1_099_999);
  }, 60_000);

  it('AdaptiveMap grows when only weight bounds it', () => {
    const limits = { maxEntries: Number.POSITIVE_INFINITY, maxWeight: 400_000 };
    const map = new AdaptiveMap<number>(limits);
    for (let number = 0; number < 200_000; number++) map.set(`${number}`, number, 2, 1e9, 0);
    expect(map.size).toBe(200_000);
    map.set('one more', 1, 3, 1e9, 0);
    expect(map.size).toBe(199_999);
    expect(map.weight).toBe(400_000 - 4 + 3);
  });

  describe('weight', () => {
    const limits = { maxEntries: 1_000, maxWeight: 100 };

    it('an entry heavier than the bound is refused, and nothing changes', () => {
      const map = new AdaptiveMap<string>(limits);
      map.set('a', 'old', 60, 1_000, 0);
      expect(map.set('a', 'new', 101, 1_000, 0)).toBe(false);
      expect(map.get('a', 0)).toBe('old');
      expect(map.stats().tooHeavy).toBe(1);
      expect(map.set('b', 'all of it', 100, 1_000, 0)).toBe(true);
      expect([map.size, map.weight]).toEqual([1, 100]);
    });

    it('an entry that grows heavier evicts others, never itself', () => {
      const map = new AdaptiveMap<number>(limits);
      for (let number = 0; number < 10; number++) map.set(`${number}`, number, 10, 1_000, 0);
      for (let number = 0; number < 10; number++) {
        map.set(`${number}`, number, 95, 1_000, 0);
        expect(map.peek(`${number}`, 0)).toBe(number);
        checkInvariants(map, limits);
        map.set(`${number}`, number, 10, 1_000, 0);
      }
    });

    it('a heavy new entry does not evict many frequently used ones', () => {
      const map = new AdaptiveMap<number>(limits);
      const light = Array.from({ length: 50 }, (_, number) => `light:${number}`);
      for (let round = 0; round < 20; round++) {
        for (const key of light) if (map.get(key, 0) === undefined) map.set(key, 1, 1, 1_000, 0);
        map.set(`heavy:${round}`, 1, 50, 1_000, 0);
        checkInvariants(map, limits);
      }
      expect(light.filter((key) => map.peek(key, 0) !== undefined).length).toBeGreaterThanOrEqual(48);
      expect(map.stats().refused).toBeGreaterThan(10);
    });
  });

  describe('statistics and events', () => {
    it('every removal is reported once, with its cause', () => {
      const map = new AdaptiveMap<string>({ maxEntries: 2, maxWeight: 100 });
      const told: string[] = [];
      map.onRemoved = (key, value, cause) => told.push(`${key}=${value} ${cause}`);
      map.set('a', '1', 1, 1_000, 0);
      map.set('a', '2', 1, 1_000, 0);
      map.delete('a', 0);
      map.set('b', '1', 1, 10, 0);
      map.get('b', 10);
      map.set('c', '1', 1, 1_000, 10);
      map.set('d', '1', 1, 1_000, 10);
      map.set('e', '1', 1, 1_000, 10);
      map.set('f', '1', 99, 1_000, 10);
      map.clear(10);
      expect(told.slice(0, 3)).toEqual(['a=1 replaced', 'a=2 deleted', 'b=1 expired']);
      expect(told.map((event) => event.split(' ')[1]).slice(3)).toEqual([
        'size',
        'size',
        'deleted',
        'deleted',
      ]);
      expect(map.stats()).toMatchObject({
        hits: 0,
        misses: 1,
        removed: { size: 2, weight: 0, expired: 1, replaced: 1, deleted: 3 },
        size: 0,
        weight: 0,
        window: 0,
      });
    });

    it('a listener may use the map', () => {
      const limits = { maxEntries: 3, maxWeight: 100 };
      const map = new AdaptiveMap<number>(limits);
      map.onRemoved = (key, value, cause) => {
        if (cause === 'size' && value < 3) map.set(`${key}'`, value + 1, 1, 1_000, 0);
      };
      for (let number = 0; number < 20; number++) {
        map.set(`${number}`, 0, 1, 1_000, 0);
        checkInvariants(map, limits);
      }
    });

    it('an error of a listener is thrown to the caller, and the other removals are reported later', () => {
      const map = new AdaptiveMap<number>({ maxEntries: 10, maxWeight: 100 });
      for (let number = 0; number < 3; number++) map.set(`${number}`, number, 1, 1_000, 0);
      const told: string[] = [];
      map.onRemoved = (key) => {
        told.push(key);
        if (told.length === 1) throw new Error('no');
      };
      expect(() => map.clear(0)).toThrow('no');
      expect(map.size).toBe(0);
      map.reclaim(0);
      expect(told.toSorted()).toEqual(['0', '1', '2']);
    });

    it('only get counts as a use', () => {
      const map = new AdaptiveMap<number>({ maxEntries: 10, maxWeight: 100 });
      map.set('a', 1, 1, 1_000, 0);
      map.peek('a', 0);
      map.expiresAt('a', 0);
      map.get('a', 0);
      map.get('b', 0);
      expect(map.stats()).toMatchObject({ hits: 1, misses: 1 });
    });
  });
});

function run(
  map: AdaptiveMap<number>,
  model: Model,
  limits: Bounds,
  { do: what, key, weight, lifeMs }: Step,
  number: number,
  now: number,
): number {
  const expected = model.present(key, now);
  switch (what) {
    case 'get':
    case 'peek':
      expect(map[what](key, now)).toBe(expected?.value);
      break;
    case 'set':
      expect(map.set(key, number, weight, now + lifeMs, now)).toBe(weight <= limits.maxWeight);
      if (weight > limits.maxWeight) break;
      model.entries.set(key, { value: number, expiresAt: now + lifeMs });
      expect(map.peek(key, now)).toBe(lifeMs > 0 ? number : undefined);
      break;
    case 'expire':
      expect(map.setExpiresAt(key, now + lifeMs, now)).toBe(expected !== undefined);
      if (expected !== undefined) expected.expiresAt = now + lifeMs;
      expect(map.expiresAt(key, now)).toBe(model.present(key, now)?.expiresAt);
      break;
    case 'delete':
      expect(map.delete(key, now)).toBe(expected !== undefined);
      model.entries.delete(key);
      break;
    case 'wait':
      return now + Math.max(0, Math.min(lifeMs, 1e7));
    case 'reclaim':
      expect(map.reclaim(now)).toBeGreaterThan(now);
      // Ticks are whole milliseconds: what expired within the last one may still be held.
      expect(map.size).toBeLessThanOrEqual(present(model, now - 1).length);
      break;
    case 'clear':
      map.clear(now);
      model.entries.clear();
      expect(map.size).toBe(0);
      break;
    case 'keys':
      expect([...map.keys(now)].sort()).toEqual(present(model, now).sort());
  }
  return now;
}

function present(model: Model, now: number): string[] {
  return [...model.entries.keys()].filter((key) => model.present(key, now) !== undefined);
}
