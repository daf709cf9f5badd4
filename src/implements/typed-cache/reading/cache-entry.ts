import type { CacheEntry } from '../../../interfaces/typed-cache.js';
import { ageMs, freshMs, type StoredEntry } from '../store/stored-entry.js';
import { stageOf } from './freshness.js';

/** Builds the public view of an entry: its value with its state, age and origin. */
export function cacheEntry<T>(entry: StoredEntry, value: T): CacheEntry<T> {
  const stage = stageOf(entry);
  return Object.freeze({
    value,
    state: stage.state === 'fresh' ? 'fresh' : 'stale',
    staleBecause: stage.state === 'stale' ? stage.because : null,
    tier: entry.tier,
    ageMs: ageMs(entry),
    remainingMs: freshMs(entry),
    remainingWithGraceMs: entry.remainingMs ?? 0,
    createdAt: entry.createdAtMs === 0 ? undefined : entry.createdAtMs,
    tags: Object.freeze(entry.tags.map(({ tag }) => tag)),
  });
}
