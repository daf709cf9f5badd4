import { ConnectionError } from '../../../../interfaces/errors.js';
import type { FencedAnswer, FencedEntry, FencedRead } from '../../../../interfaces/fenced-store.js';
import { type WholeRead, wholeRead } from '../../../foundation/arguments/fenced-store.js';
import { checkedKeys } from '../../../foundation/arguments/key.js';
import type { AnnouncingStore } from '../../change-feed.js';
import type { Journal } from '../memory/journal.js';
import type { TierLedger } from '../memory/tier-ledger.js';
import type { CallStart, TierMemory } from '../memory/tier-memory.js';
import { type ReadNames, readValue, type StoreReads } from './store-reads.js';
import type { TierHits } from './tier-hits.js';

/** Behaviour of a read while the store is away: nothing older than the bound, or copies to the end of their life. */
export type OutageMode = 'bound' | 'life';

/** Parts of a tier that its reads use. */
export interface TierParts {
  readonly memory: TierMemory;
  readonly reads: StoreReads;
  readonly hits: TierHits;
  readonly journal: Journal;
  readonly ledger: TierLedger;
}

/** Reads of a tier: copies where they may be served, the store for the rest, and nothing that a failed removal covers. */
export class TierReads {
  readonly #store: AnnouncingStore;
  readonly #parts: TierParts;
  readonly #outage: OutageMode;

  constructor(store: AnnouncingStore, parts: TierParts, outage: OutageMode) {
    this.#store = store;
    this.#parts = parts;
    this.#outage = outage;
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const read = wholeRead(request);
    const keys = checkedKeys(read.keys);
    const generations = checkedKeys(read.generations, 'generation');
    const whole = { ...read, keys, generations };
    const isPlain = read.captured === undefined && !read.leases && read.values && read.extendMs === undefined;
    const before = this.#hidden(whole);
    const answer = await (isPlain ? this.#plain(whole) : this.#direct(request, whole));
    if (this.#parts.journal.any && answer.failure === undefined) this.#parts.journal.hurry();
    // The answer may be older than a removal that has reached the store meanwhile.
    const hidden = this.#hidden(whole, before);
    return hidden === undefined ? answer : masked(whole, answer, hidden);
  }

  /** `true` for a key that a failed removal covers. */
  hides(key: string): boolean {
    const { journal } = this.#parts;
    return journal.any && journal.covers('keys', key);
  }

  /** Read of one key without tokens: the entry, or `null`. @throws the failure. */
  async one(key: string, lives: boolean): Promise<FencedEntry> {
    const { entries } = await this.read({ keys: [key], lives });
    return entries[0] as FencedEntry;
  }

  /** Read that changes nothing: from copies as far as possible. */
  async #plain({ keys, generations, scope, lives }: WholeRead): Promise<FencedAnswer> {
    const { hits, journal, reads } = this.#parts;
    const now = hits.now();
    const entries = keys.map((key) =>
      journal.any && journal.covers('keys', key) ? ABSENT : hits.entry(key, scope, lives, now),
    );
    const asked = keys.filter((_, index) => entries[index] === undefined);
    const tokens = asked.length === 0 ? hits.tokens(generations, now, keys[0], scope) : undefined;
    if (tokens !== undefined) return { entries: entries as FencedEntry[], generations: tokens };
    const names = { keys: asked, generations, scope };
    const answer = await reads.read(names).catch((error: unknown) => failedAnswer(names, error));
    let next = 0;
    const merged = entries.map(
      (entry, index) =>
        entry ?? this.#read(keys[index] as string, answer.entries[next++] as FencedEntry, { scope, lives }),
    );
    const failed = merged.filter(({ failure }) => failure !== undefined).length;
    if (keys.length > 0 ? failed === keys.length : isLost(answer)) throw answer.failure;
    return this.#completed(names, answer, merged);
  }

  /** Entry that the store has answered with; a copy of any age in place of a failure, with `outage: life`. */
  #read(key: string, entry: FencedEntry, { scope, lives }: Pick<WholeRead, 'scope' | 'lives'>): FencedEntry {
    const { hits, ledger } = this.#parts;
    if (entry.failure !== undefined)
      return (this.#spares(entry.failure) && hits.outdated(key, scope, lives)) || entry;
    ledger.counts[entry.value === null ? 'misses' : 'l2Hits']++;
    return lives ? entry : { ...entry, remainingMs: null };
  }

  #completed(names: ReadNames, answer: FencedAnswer, entries: readonly FencedEntry[]): FencedAnswer {
    const { failure } = answer;
    if (failure === undefined) return { entries, generations: answer.generations };
    const generations = this.#spares(failure)
      ? answer.generations.map(
          (token, index) => token ?? this.#parts.hits.outdatedToken(names.generations[index] as string),
        )
      : answer.generations;
    const isFailing = generations.includes(null) || entries.some((entry) => entry.failure !== undefined);
    return { entries, generations, ...(isFailing && { failure }) };
  }

  /** `true` when copies of any age may stand in for an answer: the store is away, and the option says so. */
  #spares(failure: unknown): boolean {
    return this.#outage === 'life' && ConnectionError.is(failure);
  }

  /** Read that captures, extends or asks for leases: the store alone can answer. It refreshes the copies. */
  async #direct(request: FencedRead, read: WholeRead): Promise<FencedAnswer> {
    const { memory, reads } = this.#parts;
    const { keys, generations, scope } = read;
    const changes = read.extendMs !== undefined;
    reads.flush();
    memory.watchScope(scope);
    for (const key of keys) {
      memory.keys.beginRead(key);
      if (changes) memory.keys.beginChange(key);
    }
    for (const name of generations) memory.generations.beginRead(name);
    const start = memory.start();
    let answer: FencedAnswer | undefined;
    try {
      answer = await this.#parts.ledger.calls.during(this.#store.read({ ...request, keys, generations }));
      return answer;
    } finally {
      for (const [index, key] of keys.entries()) this.#refresh(key, answer?.entries[index], read, start);
      for (const [index, name] of generations.entries()) {
        const token = answer?.generations[index] ?? null;
        if (token === null) memory.generations.endRead(name, start.moment);
        else memory.fillToken(name, token, start);
      }
    }
  }

  /** Ends the touch of a key by a direct read, and keeps its value with the life that the read has given to it. */
  #refresh(
    key: string,
    entry: FencedEntry | undefined,
    { scope, values, lives, extendMs }: WholeRead,
    start: CallStart,
  ): void {
    const { memory, journal } = this.#parts;
    const isKnown = entry !== undefined && entry.failure === undefined && values && lives;
    const value = isKnown && !journal.covers('keys', key) ? readValue(entry, scope, start) : undefined;
    if (extendMs === undefined) {
      if (value === undefined) memory.keys.endRead(key, start.moment);
      else memory.fillValue(key, value, start);
      return;
    }
    const isAlone = memory.keys.endChange(key, start.moment);
    memory.keys.endRead(key, start.moment);
    memory.dropValues([key]);
    if (isAlone && value != null) memory.keepValue(key, { ...value, endsAt: start.at + extendMs }, start);
  }

  /** Parts of a read that failed removals cover now, and those that they covered before. */
  #hidden({ keys, generations, scope }: WholeRead, before?: HiddenParts): HiddenParts | undefined {
    const { journal } = this.#parts;
    if (!journal.any) return before;
    const hidden = before ?? { keys: new Set(), scopes: new Set(), generations: new Set() };
    for (const key of keys) {
      if (journal.covers('keys', key)) hidden.keys.add(key);
      if (scope !== undefined && journal.coversScope(scope, key)) hidden.scopes.add(key);
    }
    for (const name of generations) if (journal.covers('generations', name)) hidden.generations.add(name);
    return hidden;
  }
}

/** Names of a read that failed removals cover. */
interface HiddenParts {
  readonly keys: Set<string>;
  /** Keys whose scope is covered. */
  readonly scopes: Set<string>;
  readonly generations: Set<string>;
}

/** Answer without what failed removals cover. */
function masked({ keys, generations }: WholeRead, answer: FencedAnswer, hidden: HiddenParts): FencedAnswer {
  const entries = answer.entries.map((entry, index) => {
    const key = keys[index] as string;
    if (hidden.keys.has(key)) return { ...entry, value: null, remainingMs: null };
    return hidden.scopes.has(key) ? { ...entry, scope: null } : entry;
  });
  const tokens = answer.generations.map((token, index) =>
    hidden.generations.has(generations[index] as string) ? null : token,
  );
  return { ...answer, entries, generations: tokens };
}

const ABSENT: FencedEntry = Object.freeze({ value: null, remainingMs: null, fence: null });

/** Answer in place of a read that failed as a whole. */
function failedAnswer({ keys, generations }: ReadNames, failure: unknown): FencedAnswer {
  const entry: FencedEntry = { value: null, remainingMs: null, fence: null, failure };
  return { entries: keys.map(() => entry), generations: generations.map(() => null), failure };
}

function isLost({ failure, generations }: FencedAnswer): boolean {
  return failure !== undefined && generations.every((token) => token === null);
}
