import type { Trace } from '../../foundation/eviction/generated-traces.js';
import { ItemQueues } from './queues.js';

const WINDOW = 0;
const PROBATION = 1;
const PROTECTED = 2;
const ABSENT = 3;

/**
 * Hits of W-TinyLFU (Einziger, Friedman and Manes, 2017) whose window a hill climber sizes, as in Caffeine: LRU queues,
 * 80 % of main protected, samples of ten times the capacity, steps of 6.25 % that shrink by 2 %, restarted when the hit
 * ratio changes by five points. Frequencies are counted exactly, up to 15, and halved every ten times the capacity: a
 * sketch without errors.
 */
export function wTinyLfu({ requests, items }: Trace, capacity: number): number {
  const queues = new ItemQueues(items, 3);
  const place = new Uint8Array(items).fill(ABSENT);
  const frequency = new Uint8Array(items);
  let windowLimit = Math.max(1, Math.round(capacity / 100));
  let hits = 0;

  const move = (item: number, to: number): void => {
    if (place[item] !== ABSENT) queues.remove(place[item] as number, item);
    place[item] = to;
    if (to !== ABSENT) queues.push(to, item);
  };
  const settle = (): void => {
    while ((queues.counts[PROTECTED] as number) > 0.8 * (capacity - windowLimit)) {
      move(queues.oldest(PROTECTED), PROBATION);
    }
    while ((queues.counts[WINDOW] as number) > windowLimit) {
      const candidate = queues.oldest(WINDOW);
      const size = queues.counts.reduce((sum, count) => sum + count, 0);
      if (size > capacity) {
        const oldest = queues.oldest(PROBATION);
        const victim = oldest >= 0 ? oldest : queues.oldest(PROTECTED);
        if (victim < 0 || (frequency[candidate] as number) <= (frequency[victim] as number)) {
          move(candidate, ABSENT);
          continue;
        }
        move(victim, ABSENT);
      }
      move(candidate, PROBATION);
    }
    while (queues.counts.reduce((sum, count) => sum + count, 0) > capacity) {
      const oldest = queues.oldest(PROBATION);
      move(oldest >= 0 ? oldest : queues.oldest(PROTECTED), ABSENT);
    }
  };

  let step = 0.0625 * capacity;
  let sampleHits = 0;
  let ratioBefore = 0;
  requests.forEach((item, at) => {
    frequency[item] = Math.min(15, (frequency[item] as number) + 1);
    const from = place[item];
    if (from !== ABSENT) {
      hits++;
      sampleHits++;
    }
    move(item, from === PROBATION || from === PROTECTED ? PROTECTED : WINDOW);
    if ((at + 1) % (10 * capacity) === 0) {
      frequency.forEach((count, counted) => {
        frequency[counted] = count >> 1;
      });
      const ratio = sampleHits / (10 * capacity);
      if (ratio < ratioBefore) step = -step;
      windowLimit = Math.round(Math.min(0.8 * capacity, Math.max(1, windowLimit + step)));
      step = Math.abs(ratio - ratioBefore) >= 0.05 ? Math.sign(step) * 0.0625 * capacity : step * 0.98;
      ratioBefore = ratio;
      sampleHits = 0;
    }
    settle();
  });
  return hits;
}
