import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { Copies, Copy, type CopyBounds } from './copies.js';
import { CopyProof } from './copy-proof.js';
import type { TierLedger } from './tier-ledger.js';
import { Moments, Touches } from './touches.js';

/** Interval in which memory of expired copies is freed, as long as there are copies. */
const RECLAIM_MS = 5000;

/** Begin of a call of the store: copies that it makes are stamped with it. */
export interface CallStart {
  readonly moment: number;
  readonly at: number;
  readonly era: number;
}

/** Entry that the store has answered with. */
export interface ReadValue {
  readonly bytes: Uint8Array;
  /** End of its life; `Infinity` for none. */
  readonly endsAt: number;
  readonly scope: string | undefined;
  readonly scopeToken: string | null | undefined;
}

/**
 * Memory of a tier: copies, the proof that they are recent, and the names that calls in flight touch. All changes,
 * own ones and those that were heard of, come through here.
 */
export class TierMemory {
  readonly copies: Copies;
  readonly proof: CopyProof;
  readonly keys: Touches;
  readonly generations: Touches;
  readonly #moments = new Moments();
  readonly #clock: IClock;
  readonly #ledger: TierLedger;
  #reclaiming: ScheduledTask | undefined;
  #closed = false;

  constructor(bounds: CopyBounds & { readonly boundMs: number }, clock: IClock, ledger: TierLedger) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.copies = new Copies(bounds);
    this.proof = new CopyProof(bounds.boundMs);
    this.keys = new Touches(this.#moments);
    this.generations = new Touches(this.#moments);
  }

  /** Stamps a call that is about to be sent. */
  start(): CallStart {
    return { moment: this.#moments.next(), at: this.#clock.now(), era: this.proof.era };
  }

  /** Notes a scope that a call is about to read. */
  watchScope(scope: string | undefined): void {
    if (scope !== undefined) this.copies.watchScope(scope, this.#moments.next());
  }

  /** Keeps a value that a read found, unless a change may have overtaken it. `null`: the read found none. */
  fillValue(key: string, value: ReadValue | null, start: CallStart): void {
    const mayFill = this.keys.endRead(key, start.moment);
    const now = this.#clock.now();
    if (value !== null && mayFill) this.keepValue(key, value, start);
    else {
      // Callers see the answer, which may be newer than the copy: nobody may read that one afterwards.
      this.copies.dropOlderValue(key, start.moment, now);
      if (value !== null) this.#ledger.counts.refusedFills++;
    }
  }

  /** Keeps the token of a generation that a read found, unless a change may have overtaken it. */
  fillToken(name: string, token: string | null, start: CallStart): void {
    const mayFill = this.generations.endRead(name, start.moment);
    const now = this.#clock.now();
    if (token !== null && mayFill) this.copies.putToken(name, token, this.#stamp(start), now);
    else this.copies.dropOlderToken(name, start.moment, now);
  }

  /** Makes a copy of a value that the store had after a call had begun. */
  keepValue(key: string, { bytes, endsAt, scope, scopeToken }: ReadValue, start: CallStart): void {
    if (this.#closed) return;
    this.#reclaimLater();
    const { moment, readAt, era } = this.#stamp(start);
    const life = { endsAt, scope, scopeToken };
    this.copies.putValue(key, new Copy(new Uint8Array(bytes), moment, readAt, era, life), this.#clock.now());
  }

  /** Entries were changed by somebody. */
  changedKeys(names: readonly string[]): void {
    for (const name of names) this.keys.changed(name);
    this.dropValues(names);
  }

  /** Generations were advanced by somebody. */
  changedGenerations(names: readonly string[]): void {
    for (const name of names) this.generations.changed(name);
    this.dropTokens(names);
  }

  dropValues(names: Iterable<string>): void {
    const now = this.#clock.now();
    for (const name of names) this.copies.dropValue(name, now);
  }

  dropTokens(names: Iterable<string>): void {
    const now = this.#clock.now();
    for (const name of names) this.copies.dropToken(name, this.#moments.next(), now);
  }

  /** Everything was removed: all copies are dead. */
  changedEverything(): void {
    this.keys.allChanged();
    this.generations.allChanged();
    this.copies.clear(this.#clock.now());
  }

  close(): void {
    this.#reclaiming?.cancel();
    this.#closed = true;
    this.copies.clear(this.#clock.now());
  }

  /** Frees memory of expired copies later. Holds the memory weakly: a cache may be dropped without `close`. */
  #reclaimLater(): void {
    if (this.#reclaiming !== undefined || this.#closed) return;
    const memory = new WeakRef(this);
    this.#reclaiming = this.#clock.schedule(RECLAIM_MS, () => {
      const alive = memory.deref();
      if (alive !== undefined) alive.#reclaim();
    });
  }

  #reclaim(): void {
    this.#reclaiming = undefined;
    this.copies.reclaim(this.#clock.now());
    if (this.copies.stats().size > 0) this.#reclaimLater();
  }

  #stamp({ moment, at, era }: CallStart): { moment: number; readAt: number; era: number } {
    return { moment, readAt: at, era: this.proof.eraSince(era) };
  }
}
