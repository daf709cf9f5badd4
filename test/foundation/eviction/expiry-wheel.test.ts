import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveMap } from '../../../src/implements/foundation/eviction/adaptive/adaptive-map.js';
import { ExpiryWheel } from '../../../src/implements/foundation/eviction/slots/expiry-wheel.js';

const SLOTS = 40;
const FIRST = 3;

/** Slots that the wheel names when it has all the steps it wants. */
function due(wheel: ExpiryWheel, now: number, steps = 1e9): number[] {
  const budget = { left: steps };
  const slots: number[] = [];
  for (let slot = wheel.advance(now, budget); slot !== 0; slot = wheel.advance(now, budget)) slots.push(slot);
  return slots;
}

const life = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.integer({ min: 1, max: 100_000 }),
  fc.double({ min: 0.01, max: 1e7, noNaN: true }),
  fc.double({ min: 1, max: 3.2e12, noNaN: true }),
);

describe('ExpiryWheel', () => {
  it('a slot falls due once, at its millisecond and not before, however it was rescheduled', () => {
    const change = fc.record({
      slot: fc.integer({ min: FIRST, max: FIRST + SLOTS - 1 }),
      life,
      wait: fc.oneof(fc.constant(0), life),
      steps: fc.constantFrom(1, 3, 1e9),
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2e12, noNaN: true }),
        fc.array(change, { maxLength: 80 }),
        (start, changes) => {
          const wheel = new ExpiryWheel(FIRST + SLOTS);
          const moments = new Map<number, number>();
          let now = start;
          for (const { slot, life: lifeMs, wait, steps } of changes) {
            wheel.schedule(slot, now + lifeMs, now);
            moments.set(slot, now + lifeMs);
            now += wait;
            const named = due(wheel, now, steps);
            for (const gone of named) {
              expect(moments.get(gone)).toBeLessThanOrEqual(now);
              moments.delete(gone);
            }
            if (steps < 1e9) continue;
            for (const moment of moments.values()) expect(Math.ceil(moment)).toBeGreaterThan(Math.floor(now));
          }
          expect(due(wheel, now + 4e12).sort()).toEqual([...moments.keys()].sort());
          expect(wheel.mayBeDue(Number.MAX_VALUE)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a slot without expiry never falls due', () => {
    const wheel = new ExpiryWheel(FIRST + SLOTS);
    wheel.schedule(3, Number.POSITIVE_INFINITY, 0);
    wheel.schedule(4, 100, 0);
    wheel.schedule(4, Number.POSITIVE_INFINITY, 0);
    expect(due(wheel, 1e13)).toEqual([]);
  });

  it('advancing costs at most one step per slot and level, and none for the time in between', () => {
    const wheel = new ExpiryWheel(FIRST + SLOTS);
    for (let slot = FIRST; slot < FIRST + SLOTS; slot++) wheel.schedule(slot, 3.1e12 + slot, 0);
    let steps = 0;
    let named = 0;
    for (let now = 0; now < 3.2e12; now += 1e9) {
      const budget = { left: 1_000 };
      while (wheel.advance(now, budget) !== 0) named++;
      steps += 1_000 - budget.left;
    }
    expect(named).toBe(SLOTS);
    expect(steps).toBeLessThanOrEqual(9 * SLOTS);
  });

  it('moving a slot to a later time costs nothing', () => {
    const wheel = new ExpiryWheel(FIRST + SLOTS);
    for (let round = 0; round < 1_000; round++) {
      for (let slot = FIRST; slot < FIRST + SLOTS; slot++) wheel.schedule(slot, round + 1_000_000, round);
    }
    const budget = { left: 1_000 };
    expect(wheel.advance(999_999, budget)).toBe(0);
    expect(1_000 - budget.left).toBeLessThanOrEqual(5 * SLOTS);
  });
});

describe('expiry of AdaptiveMap', () => {
  it('expiry on read is exact to the fraction of a millisecond', () => {
    const map = new AdaptiveMap<number>({ maxEntries: 10, maxWeight: 10 });
    map.set('a', 1, 1, 100.25, 0);
    expect(map.get('a', 100.2)).toBe(1);
    expect(map.get('a', 100.25)).toBeUndefined();
    expect(map.size).toBe(0);
  });

  it('expired entries are freed before any live entry is evicted', () => {
    const map = new AdaptiveMap<number>({ maxEntries: 10, maxWeight: 1_000 });
    for (let number = 0; number < 10; number++) map.set(`${number}`, number, 1, number === 5 ? 50 : 1_000, 0);
    map.set('new', 1, 1, 1_000, 50);
    expect([...map.keys(50)]).toHaveLength(10);
    expect(map.stats().removed).toMatchObject({ expired: 1, size: 0 });
  });

  it('an idle map frees all expired entries, some at a time', () => {
    const map = new AdaptiveMap<number>({ maxEntries: 5_000, maxWeight: 5_000 });
    for (let number = 0; number < 5_000; number++) map.set(`${number}`, number, 1, 1_000 + (number % 700), 0);
    let calls = 1;
    while (map.reclaim(2_000, 100) <= 2_000) {
      expect(map.size).toBeGreaterThanOrEqual(5_000 - 100 * calls);
      calls++;
    }
    expect(map.size).toBe(0);
    expect(calls).toBeLessThanOrEqual((5_000 * 3) / 100);
  });

  it('each set frees a few expired entries', () => {
    const map = new AdaptiveMap<number>({ maxEntries: 5_000, maxWeight: 5_000 });
    for (let number = 0; number < 4_000; number++) map.set(`${number}`, number, 1, 1_000, 0);
    let largest = 0;
    for (let number = 0; number < 1_000; number++) {
      const before = map.size;
      map.set('again', number, 1, 5_000, 2_000);
      largest = Math.max(largest, before - map.size);
    }
    expect(map.size).toBe(1);
    expect(largest).toBeLessThanOrEqual(16);
  });
});
