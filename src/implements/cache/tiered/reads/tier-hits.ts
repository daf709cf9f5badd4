import type { IClock } from '../../../../interfaces/clock.js';
import type { FencedEntry } from '../../../../interfaces/fenced-store.js';
import type { AnswerAtOnce } from '../../../foundation/store/answers-at-once.js';
import type { Copy } from '../memory/copies.js';
import type { TierLedger } from '../memory/tier-ledger.js';
import type { TierMemory } from '../memory/tier-memory.js';
import type { ReadNames, StoreReads } from './store-reads.js';
import type { Suspension } from './suspension.js';

/** Answer from copies; the bytes belong to the tier. */
export interface LentAnswer extends AnswerAtOnce {
  readonly tier: 'l1';
}

/** Answers from copies that may be served now, without waiting. */
export class TierHits {
  readonly #memory: TierMemory;
  readonly #reads: StoreReads;
  readonly #ledger: TierLedger;
  readonly #clock: IClock;
  readonly #suspension: Suspension;

  constructor(
    memory: TierMemory,
    reads: StoreReads,
    ledger: TierLedger,
    clock: IClock,
    suspension: Suspension,
  ) {
    this.#memory = memory;
    this.#reads = reads;
    this.#ledger = ledger;
    this.#clock = clock;
    this.#suspension = suspension;
  }

  /** Bytes of an entry that may be served, lent; `undefined` when the store has to be asked. */
  bytes(key: string): Uint8Array | undefined {
    const copy = this.#value(key, this.now());
    if (copy === undefined) return undefined;
    this.#ledger.counts.l1Hits++;
    return copy.content;
  }

  /** Answer of a read for one key, its scope and some generations; `undefined` unless all of them may be served. */
  answer(
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): LentAnswer | undefined {
    const now = this.now();
    const tokens = this.tokens(generations, now, key, scope);
    if (tokens === undefined) return undefined;
    const copy = this.#value(key, now);
    if (copy === undefined) return undefined;
    const token = scope === undefined ? null : this.#memory.copies.scopeToken(copy, scope);
    if (token === undefined) return undefined;
    this.#ledger.counts.l1Hits++;
    const remainingMs = lives ? remaining(copy, now) : null;
    return { value: copy.content, remainingMs, scope: token, generations: tokens, tier: 'l1' };
  }

  /** Entry of a read from a copy, with bytes of its own; `undefined` when the store has to be asked. */
  entry(key: string, scope: string | undefined, lives: boolean, now: number): FencedEntry | undefined {
    const copy = this.#value(key, now);
    const entry = copy && this.#entryOf(copy, scope, lives, now);
    if (entry !== undefined) this.#ledger.counts.l1Hits++;
    return entry;
  }

  /** Entry as `entry` returns it, however old: while the store is away, for who prefers that. */
  outdated(key: string, scope: string | undefined, lives: boolean): FencedEntry | undefined {
    const now = this.now();
    const copy = this.#memory.copies.value(key, now);
    return copy === undefined ? undefined : this.#entryOf(copy, scope, lives, now);
  }

  /** Token of a generation, however old. */
  outdatedToken(name: string): string | null {
    return this.#memory.copies.token(name, this.now())?.content ?? null;
  }

  /** Tokens of generations, if copies of all of them may be served. */
  tokens(names: readonly string[], now: number, key?: string, scope?: string): readonly string[] | undefined {
    if (names.length === 0) return NO_TOKENS;
    const { copies, proof } = this.#memory;
    const found: string[] = [];
    let isEnding = false;
    for (const name of names) {
      const copy = copies.token(name, now);
      if (copy === undefined) return undefined;
      const deadline = proof.deadline(copy);
      if (now >= deadline) return undefined;
      if (proof.isEnding(deadline, now)) isEnding = true;
      found.push(copy.content);
    }
    if (isEnding) this.#renewAll({ keys: key === undefined ? [] : [key], generations: names, scope });
    return found;
  }

  /** Time of a read. A machine that was suspended is noticed here. */
  now(): number {
    const now = this.#clock.now();
    if (this.#suspension.isDue(now)) this.#suspension.check(now);
    return now;
  }

  /** Copy of an entry that may be served. */
  #value(key: string, now: number): Copy<Uint8Array> | undefined {
    const copy = this.#memory.copies.value(key, now);
    if (copy === undefined) return undefined;
    const { proof } = this.#memory;
    const deadline = proof.deadline(copy);
    if (now >= deadline) {
      this.#ledger.counts.doubtfulReads++;
      return undefined;
    }
    if (proof.isEnding(deadline, now)) this.#renew(key, copy);
    return copy;
  }

  #entryOf(
    copy: Copy<Uint8Array>,
    scope: string | undefined,
    lives: boolean,
    now: number,
  ): FencedEntry | undefined {
    const token = scope === undefined ? undefined : this.#memory.copies.scopeToken(copy, scope);
    if (scope !== undefined && token === undefined) return undefined;
    const value = Buffer.from(copy.content);
    const entry = { value, remainingMs: lives ? remaining(copy, now) : null, fence: null, tier: 'l1' };
    return token === undefined ? entry : { ...entry, scope: token };
  }

  /** Reads a key again in the background, so that it stays in memory without a stream too. */
  #renew(key: string, { life: { scope } }: Copy<Uint8Array>): void {
    if (!this.#memory.keys.isRead(key)) this.#renewAll({ keys: [key], generations: [], scope });
  }

  #renewAll(names: ReadNames): void {
    const [first] = names.generations;
    if (first !== undefined && this.#memory.generations.isRead(first)) return;
    this.#ledger.counts.renewals++;
    this.#reads.read(names).catch(() => undefined);
  }
}

const NO_TOKENS: readonly string[] = [];

function remaining({ life: { endsAt } }: Copy<Uint8Array>, now: number): number {
  return Math.max(1, Math.round(endsAt - now));
}
