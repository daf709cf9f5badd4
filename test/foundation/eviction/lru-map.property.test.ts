import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { LruMap } from '../../../src/implements/foundation/eviction/lru-map.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';

const BOUNDS = { maxEntries: 5, maxWeight: 20 };
const FOREVER = Number.POSITIVE_INFINITY;

type Step =
  | { readonly do: 'get' | 'peek' | 'delete'; readonly key: string }
  | { readonly do: 'set'; readonly key: string; readonly weight: number; readonly life: number }
  | { readonly do: 'setExpiresAt'; readonly key: string; readonly life: number }
  | { readonly do: 'wait'; readonly ms: number };

const key = fc.constantFrom(...'abcdefghij');

function steps(life: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('get', 'peek', 'delete'), key }) },
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('set'), key, weight: fc.integer({ min: 1, max: 25 }), life }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('setExpiresAt'), key, life }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.nat(20) }) },
    ) as fc.Arbitrary<Step>,
    { maxLength: 150, size: 'max' },
  );
}

/** Reference map, written as simply as possible: entries in the order of their last use, the oldest one first. */
class PlainLru {
  readonly entries: { key: string; value: number; weight: number }[] = [];

  run(step: Step, value: number): unknown {
    if (step.do === 'wait') return undefined;
    const at = this.entries.findIndex((entry) => entry.key === step.key);
    const entry = this.entries[at];
    if (step.do === 'peek') return entry?.value;
    if (step.do === 'setExpiresAt') return entry !== undefined;
    if (step.do === 'set') {
      if (step.weight > BOUNDS.maxWeight) return false;
      if (entry !== undefined) this.entries.splice(at, 1);
      this.entries.push({ key: step.key, value, weight: step.weight });
      while (this.entries.length > BOUNDS.maxEntries || this.weight > BOUNDS.maxWeight) this.entries.shift();
      return true;
    }
    if (entry !== undefined) this.entries.splice(at, 1);
    if (step.do === 'delete') return entry !== undefined;
    if (entry !== undefined) this.entries.push(entry);
    return entry?.value;
  }

  get weight(): number {
    return this.entries.reduce((sum, { weight }) => sum + weight, 0);
  }
}

function run(map: LruMap<number>, step: Step, value: number, now: number): unknown {
  switch (step.do) {
    case 'wait':
      return undefined;
    case 'set':
      return map.set(step.key, value, step.weight, now + step.life, now);
    case 'setExpiresAt':
      return map.setExpiresAt(step.key, now + step.life, now);
    default:
      return map[step.do](step.key, now);
  }
}

describe('LruMap', () => {
  it('LruMap evicts the least recently used entry, and no other', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(steps(fc.constant(FOREVER)), (all) => {
        const map = new LruMap<number>(BOUNDS);
        const plain = new PlainLru();
        for (const [value, step] of all.entries()) {
          assert.equal(run(map, step, value, 0), plain.run(step, value), JSON.stringify(step));
          assert.deepEqual([...map.keys(0)].sort(), plain.entries.map((entry) => entry.key).sort());
          assert.deepEqual([map.size, map.weight], [plain.entries.length, plain.weight]);
        }
      }),
      runs(300, 100_000),
    );
  });

  it('LruMap keeps its bounds, and never returns an expired or replaced value', {
    timeout: CAMPAIGN_TIMEOUT_MS,
  }, () => {
    fc.assert(
      fc.property(steps(fc.integer({ min: 1, max: 40 })), (all) => {
        const map = new LruMap<number>(BOUNDS);
        const written = new Map<string, { value: number; expiresAt: number }>();
        let now = 0;
        for (const [value, step] of all.entries()) {
          if (step.do === 'wait') now += step.ms;
          else {
            const done = run(map, step, value, now);
            if (step.do === 'delete') written.delete(step.key);
            if (step.do === 'set' && done === true)
              written.set(step.key, { value, expiresAt: now + step.life });
            const entry = written.get(step.key);
            if (step.do === 'setExpiresAt' && done === true && entry !== undefined)
              entry.expiresAt = now + step.life;
          }
          assert.ok(map.size <= BOUNDS.maxEntries && map.weight <= BOUNDS.maxWeight);
          for (const key of map.keys(now)) {
            const entry = written.get(key);
            assert.ok(entry !== undefined && entry.expiresAt > now, `${key} is there`);
            assert.equal(map.peek(key, now), entry.value);
            assert.equal(map.expiresAt(key, now), entry.expiresAt);
          }
        }
      }),
      runs(300, 100_000),
    );
  });

  it('LruMap frees expired entries by writes alone, within half as many writes as it holds entries', () => {
    const map = new LruMap<number>({ maxEntries: 10_000, maxWeight: 10_000 });
    for (let index = 0; index < 1000; index += 1) map.set(`short ${index}`, index, 1, 10, 0);
    for (let index = 0; index < 600; index += 1) map.set(`long ${index}`, index, 1, FOREVER, 20);
    assert.equal(map.size, 600);
    assert.equal(map.weight, 600);
  });
});
