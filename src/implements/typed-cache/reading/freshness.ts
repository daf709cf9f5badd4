import type { MissReason, StaleReason } from '../../../interfaces/typed-cache.js';
import type { Terms } from '../policy/policy.js';
import { ageMs, carries, isEnded, type StoredEntry } from '../store/stored-entry.js';

/** What an entry is to a call: a value to give out, fresh or stale, or none, and why. */
export type Verdict =
  | { readonly state: 'fresh' }
  | { readonly state: 'stale'; readonly because: StaleReason }
  | { readonly state: 'miss'; readonly reason: MissReason };

/** The generations of tags that were read, by tag. */
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

/** Nothing to give out, for a reason. */
export function miss(reason: MissReason): Verdict {
  return Object.freeze({ state: 'miss', reason });
}

/**
 * Whether an entry may be given out: only if its namespace, all tags that it carries and all that the call declares are
 * what they were when it was loaded. A generation that is missing means that it was invalidated.
 */
export function judge(entry: StoredEntry, { policy, tags }: Terms, generations: Generations): Verdict {
  if (entry.version !== policy.version) return OTHER_VERSION;
  if (entry.namespaceGeneration !== undefined) {
    if (entry.namespaceGeneration !== generations.namespace) return OTHER_NAMESPACE;
  }
  for (const { tag, generation } of entry.tags) {
    if (generations.of(tag) !== generation) return OTHER_TAG;
  }
  for (const tag of tags) if (!carries(entry, tag)) return OTHER_TAG;
  return stageOf(entry);
}

/** Fresh or stale: which stage of its time an entry is in. */
export function stageOf(entry: StoredEntry): Verdict {
  const { graceMs, remainingMs } = entry;
  if (isEnded(entry)) return BY_CALL;
  if (graceMs === 0) return FRESH;
  // A store that cannot say what remains may be giving out grace already.
  return remainingMs !== undefined && remainingMs > graceMs ? FRESH : LIFE_OVER;
}

/** `true` when an entry has lived for so much of its TTL that it is refreshed ahead. */
export function isOld(entry: StoredEntry, fraction: number): boolean {
  return entry.lifeMs > 0 && ageMs(entry) >= fraction * entry.lifeMs;
}
