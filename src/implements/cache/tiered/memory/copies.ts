import { randomInt } from 'node:crypto';
import { AdaptiveMap } from '../../../foundation/eviction/adaptive/adaptive-map.js';
import type { BoundedMapStats, RemovalListener } from '../../../foundation/eviction/bounded-map.js';
import type { Stamp } from './copy-proof.js';

/** Memory that a copy takes in addition to its name and its content. */
const OVERHEAD_BYTES = 400;
/** Share of the memory that generations may take. */
const TOKENS_SHARE = 1 / 8;
/** Maximum number of scopes that are known; copies of a forgotten one are read again. */
const MAX_SCOPES = 10_000;
/** Numbers by which copies are sampled: more than there may be copies. */
const MAX_SAMPLED = 2 ** 31;
/** Longest life that a map is told: a copy without expiry. */
const LONGEST_MS = 36_500 * 86_400_000;

/** Copy of an entry or of a generation, which is never changed. */
export class Copy<C> implements Stamp {
  /**
   * @param moment  Moment at which the request was sent.
   * @param endsAt  End of the life in the store; `Infinity` for none.
   * @param scope   Scope that was read together with it, and its token.
   */
  constructor(
    readonly content: C,
    readonly moment: number,
    readonly readAt: number,
    readonly era: number,
    readonly life: CopyLife,
  ) {}
}

/** End of a copy, and the scope under which its value counts. */
export interface CopyLife {
  readonly endsAt: number;
  readonly scope?: string | undefined;
  readonly scopeToken?: string | null | undefined;
}

const FOR_EVER: CopyLife = { endsAt: Number.POSITIVE_INFINITY };

/** Bounds of the copies of a tier. */
export interface CopyBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Longest time for which a copy is kept. */
  readonly maxLifeMs: number;
}

/** Copies in the memory of this process: entries, generations, and when scopes last changed. */
export class Copies {
  readonly #values: AdaptiveMap<Copy<Uint8Array>>;
  readonly #tokens: AdaptiveMap<Copy<string>>;
  readonly #scopes = new Map<string, number>();
  readonly #maxLifeMs: number;

  constructor({ maxEntries, maxBytes, maxLifeMs }: CopyBounds) {
    const tokensBytes = Math.ceil(maxBytes * TOKENS_SHARE);
    this.#values = new AdaptiveMap({ maxEntries, maxWeight: Math.max(1, maxBytes - tokensBytes) });
    this.#tokens = new AdaptiveMap({ maxEntries, maxWeight: tokensBytes });
    this.#maxLifeMs = Math.min(maxLifeMs, LONGEST_MS);
  }

  /** Copy of an entry; whether it may be served is for the proof to say. */
  value(key: string, now: number): Copy<Uint8Array> | undefined {
    return this.#values.get(key, now);
  }

  /** The same, which does not count as a use. */
  peekValue(key: string, now: number): Copy<Uint8Array> | undefined {
    return this.#values.peek(key, now);
  }

  /** Key of a copy that is there, by chance; `undefined` when chance found none. */
  sample(now: number): string | undefined {
    return this.#values.sample(randomInt(MAX_SAMPLED), now);
  }

  /** Copy of a generation. */
  token(name: string, now: number): Copy<string> | undefined {
    return this.#tokens.get(name, now);
  }

  /** Token of a scope as it was read together with an entry; `undefined` when it may have changed since. */
  scopeToken({ moment, life }: Copy<Uint8Array>, scope: string): string | undefined {
    if (life.scope !== scope) return undefined;
    const changedAt = this.#scopes.get(scope);
    return changedAt !== undefined && changedAt < moment ? (life.scopeToken ?? undefined) : undefined;
  }

  /** Notes that a scope is being read: from now on its changes matter. */
  watchScope(scope: string, moment: number): void {
    if (this.#scopes.has(scope)) return;
    if (this.#scopes.size >= MAX_SCOPES) {
      const [oldest] = this.#scopes.keys();
      if (oldest !== undefined) this.#scopes.delete(oldest);
    }
    this.#scopes.set(scope, moment);
  }

  putValue(key: string, copy: Copy<Uint8Array>, now: number): void {
    const known = this.#values.peek(key, now);
    if (known !== undefined && known.moment > copy.moment) return;
    const weight = key.length + copy.content.byteLength + OVERHEAD_BYTES;
    const until = Math.min(copy.life.endsAt, copy.readAt + this.#maxLifeMs);
    if (!this.#values.set(key, copy, weight, until, now)) this.#values.delete(key, now);
  }

  putToken(name: string, token: string, stamp: Stamp & { readonly moment: number }, now: number): void {
    const known = this.#tokens.peek(name, now);
    if (known !== undefined && known.moment > stamp.moment) return;
    const copy = new Copy(token, stamp.moment, stamp.readAt, stamp.era, FOR_EVER);
    const weight = name.length + token.length + OVERHEAD_BYTES;
    if (!this.#tokens.set(name, copy, weight, copy.readAt + this.#maxLifeMs, now)) {
      this.#tokens.delete(name, now);
    }
  }

  dropValue(key: string, now: number): void {
    this.#values.delete(key, now);
  }

  /** Drops a copy that a later read found to be gone. */
  dropOlderValue(key: string, moment: number, now: number): void {
    const known = this.#values.peek(key, now);
    if (known !== undefined && known.moment < moment) this.#values.delete(key, now);
  }

  /** Drops a generation, also as a scope. */
  dropToken(name: string, moment: number, now: number): void {
    this.#tokens.delete(name, now);
    if (this.#scopes.has(name)) this.#scopes.set(name, moment);
  }

  /** Drops a generation that a later read found to be gone. */
  dropOlderToken(name: string, moment: number, now: number): void {
    const known = this.#tokens.peek(name, now);
    if (known !== undefined && known.moment < moment) this.#tokens.delete(name, now);
  }

  clear(now: number): void {
    this.#values.clear(now);
    this.#tokens.clear(now);
    this.#scopes.clear();
  }

  /** Frees memory of copies that have expired. */
  reclaim(now: number): void {
    this.#values.reclaim(now);
    this.#tokens.reclaim(now);
  }

  stats(): BoundedMapStats {
    return this.#values.stats();
  }

  /** Sets the listener of entries that leave, or removes it. */
  listen(listener: RemovalListener<Copy<Uint8Array>> | undefined): void {
    this.#values.onRemoved = listener;
  }
}
