import assert from 'node:assert/strict';
import type { AdaptiveMap } from '../../../src/implements/foundation/eviction/adaptive/adaptive-map.js';
import type { Bounds } from '../../../src/implements/foundation/eviction/bounded-map.js';

const FIRST_SLOT = 3;
const LEVELS = 9;
const BUCKETS = 32;

/** Visits all structures of a map, and fails if two of them contradict each other. */
export function checkInvariants<V>(map: AdaptiveMap<V>, bounds: Bounds): void {
  const index = checkIndex(map);
  const residents = map['residents'];
  const { keys } = map['index'];

  assert.ok(map.size <= bounds.maxEntries, `size ${map.size}`);
  assert.ok(map.weight <= bounds.maxWeight, `weight ${map.weight}`);
  assert.equal(map.size, index.size);
  const queued = walkQueues(map);
  assert.deepEqual([...queued].sort(), [...index.values()].sort(), 'each entry is in one queue');
  let weight = 0;
  for (const slot of queued) weight += residents['queues'].weights[slot] as number;
  assert.ok(Math.abs(weight - map.weight) < 1e-6, 'the weights add up');
  assert.deepEqual(residents['sentenced'], []);

  const free = map['freeSlots'];
  assert.equal(
    new Set([...free, ...queued]).size,
    map['top'] - FIRST_SLOT,
    'each slot is taken or free, once',
  );
  assert.equal(free.length + queued.length, map['top'] - FIRST_SLOT);
  for (const slot of free) {
    assert.equal(residents['queues'].stateOf(slot), 0);
    assert.equal(map['slotValues'][slot], undefined, 'a free slot holds no value');
    assert.equal(keys[slot], '', 'a free slot holds no key');
  }
  checkWheel(map);
}

/** Each key is found once: among the settled, or in the cell that its hash names. */
function checkIndex<V>(map: AdaptiveMap<V>): Map<string, number> {
  const index = map['index'];
  const { keys } = index;
  const cells = index['cells'];
  const found = new Map(index['settled']);
  for (let at = 0; at < cells.length; at += 2) {
    const slot = cells[at] as number;
    if (slot === 0) continue;
    const hash = map['residents'].hashOf(slot);
    assert.equal(cells[at + 1], hash);
    assert.equal((hash & index['mask']) * 2, at);
    assert.ok(!found.has(keys[slot] as string), 'a key is fresh or settled');
    found.set(keys[slot] as string, slot);
  }
  for (const [key, slot] of found) assert.equal(keys[slot], key);
  return found;
}

function walkQueues<V>(map: AdaptiveMap<V>): number[] {
  const residents = map['residents'];
  const queues = residents['queues'];
  const all: number[] = [];
  let windowWeight = 0;
  for (let queue = 0; queue < FIRST_SLOT; queue++) {
    let count = 0;
    for (let slot = queues.oldest(queue); slot !== 0; slot = queues.newer(slot)) {
      assert.equal(queues.stateOf(slot) >> 5, queue + 1);
      if (queue === 0) windowWeight += residents['queues'].weights[slot] as number;
      all.push(slot);
      count++;
    }
    assert.equal(count, queues.counts[queue]);
  }
  if (residents['weighed']) assert.ok(Math.abs(windowWeight - residents['window'].weight) < 1e-6);
  return all;
}

/** Each slot with a finite moment is filed, no later than it is due; the words of bits tell the occupied buckets. */
function checkWheel<V>(map: AdaptiveMap<V>): void {
  const wheel = map['wheel'];
  const filed = new Set<number>();
  for (let bucket = 0; bucket < LEVELS * BUCKETS; bucket++) {
    const level = Math.floor(bucket / BUCKETS);
    const head = wheel['heads'][bucket] as number;
    const occupied = ((wheel['occupied'][level] as number) >>> (bucket % BUCKETS)) & 1;
    assert.equal(occupied, head === 0 ? 0 : 1);
    let before = -1 - bucket;
    for (let slot = head; slot !== 0; slot = wheel['links'][2 * slot + 1] as number) {
      assert.equal(wheel['links'][2 * slot], before);
      assert.ok(!filed.has(slot));
      const due = Math.ceil(wheel.expiresAt[slot] as number) - wheel['origin'];
      assert.ok(
        bucketStart(wheel['tick'], level, bucket % BUCKETS) <= Math.max(due, wheel['tick']),
        'never late',
      );
      filed.add(slot);
      before = slot;
    }
  }
  for (const slot of checkIndex(map).values()) {
    if ((wheel.expiresAt[slot] as number) < 1e12) assert.ok(filed.has(slot), 'what expires is filed');
  }
}

function bucketStart(tick: number, level: number, digit: number): number {
  const width = BUCKETS ** level;
  return Math.floor(tick / (width * BUCKETS)) * width * BUCKETS + digit * width;
}
