import { describe, expect, it, vi } from 'vitest';
import { AdaptiveMap } from '../../../src/implements/foundation/eviction/adaptive/adaptive-map.js';
import { FIRST_SLOT, SlotQueues } from '../../../src/implements/foundation/eviction/slots/slot-queues.js';
import { checkInvariants } from './eviction-invariants.js';
import { randomNumbers, zipfRanks } from './generated-traces.js';

const NEVER = Number.POSITIVE_INFINITY;

/** Reads keys in turn and stores the missing ones; returns the hit ratio. */
function replay(map: AdaptiveMap<number>, keys: Iterable<string>): number {
  let hits = 0;
  let requests = 0;
  for (const key of keys) {
    requests++;
    if (map.get(key, 0) !== undefined) hits++;
    else map.set(key, 1, 1, NEVER, 0);
  }
  return hits / requests;
}

function* popular(count: number, items: number, seed: number, name = 'item'): Generator<string> {
  const rank = zipfRanks(items, 0.9, randomNumbers(seed));
  for (let at = 0; at < count; at++) yield `${name}:${rank()}`;
}

function* fresh(count: number, name: string): Generator<string> {
  for (let at = 0; at < count; at++) yield `${name}:${at}`;
}

function mapOf(maxEntries: number): AdaptiveMap<number> {
  return new AdaptiveMap<number>({ maxEntries, maxWeight: NEVER }, 11);
}

describe('AdaptiveMap under adversarial traces', () => {
  it('a scan ten times the size of the map leaves the popular entries in place', () => {
    const map = mapOf(1_000);
    replay(map, popular(50_000, 5_000, 31));
    const before = replay(map, popular(5_000, 5_000, 32));
    replay(map, fresh(10_000, 'scan'));
    expect(replay(map, popular(5_000, 5_000, 33))).toBeGreaterThan(before - 0.05);
  });

  it('a burst of one-hit wonders costs few hits', () => {
    const map = mapOf(500);
    const random = randomNumbers(34);
    const rank = zipfRanks(500, 0.9, random);
    let hits = 0;
    let asked = 0;
    for (let at = 0; at < 100_000; at++) {
      if (random() < 0.5) {
        replay(map, [`wonder:${at}`]);
      } else {
        asked++;
        hits += replay(map, [`item:${rank()}`]);
      }
    }
    expect(hits / asked).toBeGreaterThan(0.93);
  });

  it.each([1_010, 1_100, 2_000, 8_000])(
    'a loop over %i keys hits nearly as often as 1 000 entries can',
    (length) => {
      const map = mapOf(1_000);
      const loop = Array.from({ length }, (_, at) => `loop:${at}`);
      for (let round = 0; round < 12; round++) replay(map, loop);
      let ratio = 0;
      for (let round = 0; round < 10; round++) ratio += replay(map, loop) / 10;
      expect(ratio).toBeGreaterThan((0.9 * 1_000) / length);
    },
  );

  it('a loop is found even after a long flood of keys that never return', () => {
    const map = mapOf(500);
    replay(map, fresh(200_000, 'flood'));
    const loop = Array.from({ length: 1_000 }, (_, at) => `loop:${at}`);
    for (let round = 0; round < 30; round++) replay(map, loop);
    expect(replay(map, loop)).toBeGreaterThan(0.4);
  });

  it('a shifted working set is learned', () => {
    const map = mapOf(1_000);
    for (let phase = 0; phase < 4; phase++) {
      for (let round = 0; round < 40; round++) replay(map, popular(1_000, 900, 40 + round, `phase ${phase}`));
      expect(replay(map, popular(2_000, 900, 99, `phase ${phase}`))).toBeGreaterThan(0.95);
    }
  });

  it('equal frequencies neither stall the map nor break its bounds', () => {
    const limits = { maxEntries: 64, maxWeight: NEVER };
    const map = new AdaptiveMap<number>(limits, 5);
    for (let at = 0; at < 20_000; at++) {
      map.set(`k:${at % 200}`, at, 1, NEVER, 0);
      if (at % 500 === 0) checkInvariants(map, limits);
    }
    for (let round = 0; round < 50; round++) for (const key of map.keys(0)) map.get(key, 0);
    for (let at = 0; at < 500; at++) map.set(`new:${at}`, at, 1, NEVER, 0);
    checkInvariants(map, limits);
  });

  it('keys with equal hashes share a history, never a value', async () => {
    vi.resetModules();
    vi.doMock('../../../src/implements/foundation/eviction/slots/key-hash.js', () => ({
      keyHash: () => 64,
    }));
    const { AdaptiveMap: Colliding } = await import(
      '../../../src/implements/foundation/eviction/adaptive/adaptive-map.js'
    );
    const limits = { maxEntries: 50, maxWeight: NEVER };
    const map = new Colliding<string>(limits, 1);
    for (const key of popular(20_000, 300, 51)) {
      const found = map.get(key, 0);
      if (found === undefined) map.set(key, key, 1, NEVER, 0);
      else expect(found).toBe(key);
    }
    checkInvariants(map as unknown as AdaptiveMap<string>, limits);
    expect(map.stats().hits).toBeGreaterThan(4_000);
  });
});

/** Counts the items that leave a queue. (A spy would keep a record of each of the millions of calls.) */
function countMoves(map: AdaptiveMap<number>): { count: number } {
  const queues = map['residents']['queues'];
  const moves = { count: 0 };
  queues.remove = (queue, slot) => {
    moves.count++;
    SlotQueues.prototype.remove.call(queues, queue, slot);
  };
  return moves;
}

describe('work per call of AdaptiveMap', () => {
  it('a call moves at most a few hundred entries, however large the backlog', () => {
    const map = mapOf(20_000);
    const moves = countMoves(map);
    let worst = 0;
    const counted = (call: () => unknown): void => {
      moves.count = 0;
      call();
      worst = Math.max(worst, moves.count);
    };
    const all = Array.from({ length: 20_000 }, (_, at) => `resident:${at}`);
    for (const key of all) counted(() => map.set(key, 1, 1, NEVER, 0));
    // All are used: each would be spared. Then the newest are asked for again and again: the window grows. Then few are
    // popular among many: it shrinks.
    for (const key of all) counted(() => map.get(key, 0));
    for (let at = 0; at < 30_000; at++) counted(() => map.set(`new:${at}`, 1, 1, NEVER, 0));
    const random = randomNumbers(3);
    for (let at = 0; at < 300_000; at++) {
      const key = `recent:${Math.max(0, (at >> 2) - Math.floor(-Math.log(1 - random()) * 9_000))}`;
      counted(() => map.get(key, 0) ?? map.set(key, 1, 1, NEVER, 0));
    }
    const grown = map['residents']['window'].target;
    for (const key of popular(600_000, 200_000, 4)) {
      counted(() => map.get(key, 0) ?? map.set(key, 1, 1, NEVER, 0));
    }
    expect(grown).toBeGreaterThan(2_000);
    expect(map['residents']['window'].target).toBeLessThan(grown);
    expect(worst).toBeLessThanOrEqual(300);
  }, 60_000);

  it('a call halves at most 128 frequencies after any number of reads', () => {
    const map = mapOf(10_000);
    const residents = map['residents'];
    for (let at = 0; at < 10_000; at++) map.set(`${at}`, 1, 1, NEVER, 0);
    for (let at = 0; at < 1_000_000; at++) map.get(`${at % 10_000}`, 0);
    const states = (): number[] =>
      Array.from({ length: 10_000 }, (_, at) => residents['queues'].stateOf(FIRST_SLOT + at));
    const before = states();
    map.set('one more', 1, 1, NEVER, 0);
    const changed = states().filter((state, slot) => state !== before[slot]).length;
    expect(changed).toBeLessThanOrEqual(128 + 2 * 64 + 2);
  });

  it('each step of listing keys adds at most 16 keys to the index', () => {
    const map = mapOf(100_000);
    for (const key of fresh(100_000, 'key')) map.set(key, 1, 1, NEVER, 0);
    const settled = map['index']['settled'];
    let worst = 0;
    let before = settled.size;
    let keys = 0;
    for (const _ of map.keys(0)) {
      worst = Math.max(worst, settled.size - before);
      before = settled.size;
      keys++;
    }
    expect(keys).toBe(100_000);
    expect(worst).toBe(16);
  });
});
