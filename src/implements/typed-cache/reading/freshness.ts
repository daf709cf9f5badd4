import type { MissReason, StaleReason } from '../../../interfaces/typed-cache.js';
import type { Terms } from '../policy/policy.js';
import { ageMs, carries, isEnded, type StoredEntry } from '../store/stored-entry.js';

/** Verdict on an entry for a call: fresh, stale or a miss, and why. */
export type Verdict =
  | { readonly state: 'fresh' }
  | { readonly state: 'stale'; readonly because: StaleReason }
  | {
      readonly state: 'miss';
      readonly reason: MissReason;
      /** `true` when the entry is current, but lacks a tag that the call declares. */
      readonly lacksTag?: boolean;
    };

/** Current generations of the namespace, where the entry is, and of tags. */
export interface Generations {
  readonly namespace: string | null;
  of(tag: string): string | null;
}

const FRESH: Verdict = Object.freeze({ state: 'fresh' });
const LIFE_OVER: Verdict = Object.freeze({ state: 'stale', because: 'life-over' });
const BY_CALL: Verdict = Object.freeze({ state: 'stale', because: 'expired-by-call' });
const OTHER_VERSION = miss('version');
const OTHER_NAMESPACE = miss('namespace');
const OTHER_TAG = miss('tag');
const LACKS_TAG: Verdict = Object.freeze({ state: 'miss', reason: 'tag', lacksTag: true });

/** Verdict of a miss. */
export function miss(reason: MissReason): Verdict {
  return Object.freeze({ state: 'miss', reason });
}

/**
 * Judges whether an entry may be returned: only if the generations of its namespace and of all its tags are unchanged
 * since it was loaded, and it carries all tags of the call. A missing generation means that it was invalidated.
 */
export function judge(entry: StoredEntry, { policy, tags }: Terms, generations: Generations): Verdict {
  if (entry.version !== policy.version) return OTHER_VERSION;
  if (entry.namespaceGeneration !== undefined) {
    if (entry.namespaceGeneration !== generations.namespace) return OTHER_NAMESPACE;
  }
  for (const { tag, generation } of entry.tags) {
    if (generations.of(tag) !== generation) return OTHER_TAG;
  }
  for (const tag of tags) if (!carries(entry, tag)) return LACKS_TAG;
  return stageOf(entry);
}

/** Stage of an entry that was not invalidated: fresh or stale. */
export function stageOf(entry: StoredEntry): Verdict {
  const { graceMs, remainingMs } = entry;
  if (isEnded(entry)) return BY_CALL;
  if (graceMs === 0) return FRESH;
  // Without a remaining TTL, the entry may be in its grace already.
  return remainingMs !== undefined && remainingMs > graceMs ? FRESH : LIFE_OVER;
}

/** `true` when the age of an entry has reached this fraction of its TTL. */
export function isOld(entry: StoredEntry, fraction: number): boolean {
  return entry.lifeMs > 0 && ageMs(entry) >= fraction * entry.lifeMs;
}
