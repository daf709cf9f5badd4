import type { CacheExplanation } from '../../../interfaces/typed-cache.js';
import type { Terms } from '../policy/policy.js';
import { ageMs, carries, freshMs } from '../store/stored-entry.js';
import type { Reading } from './reading.js';

/** State of a key in this process. */
export interface LocalKnowledge {
  readonly storeKey: string;
  readonly loading: boolean;
  readonly backoffMs: number;
  readonly pendingInvalidation: boolean;
}

/** Explains a reading, for people. */
export function explanationOf(
  { entry, verdict }: Reading,
  { tags }: Terms,
  isCurrent: (tag: string) => boolean,
  local: LocalKnowledge,
): CacheExplanation {
  const reason =
    verdict.state === 'miss' ? verdict.reason : verdict.state === 'stale' ? verdict.because : null;
  const carried = entry?.tags.map(({ tag }) => ({ tag, carried: true, current: isCurrent(tag) })) ?? [];
  const lacked = entry === undefined ? [] : tags.filter((tag) => !carries(entry, tag));
  return Object.freeze({
    ...local,
    state: verdict.state,
    reason,
    tier: entry?.tier ?? null,
    ageMs: entry === undefined ? null : ageMs(entry),
    remainingMs: entry === undefined ? null : freshMs(entry),
    remainingWithGraceMs: entry?.remainingMs ?? null,
    createdAt: entry === undefined || entry.createdAtMs === 0 ? null : entry.createdAtMs,
    tags: Object.freeze([...carried, ...lacked.map((tag) => ({ tag, carried: false, current: false }))]),
    version: entry === undefined || entry.version === '' ? null : entry.version,
    codec: entry?.codec ?? null,
    bytes: entry?.bytes ?? null,
  });
}
