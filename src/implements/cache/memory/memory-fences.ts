import { randomUUID } from 'node:crypto';
import { LruMap } from '../../foundation/eviction/lru-map.js';

/**
 * Fences and leases of keys in a memory store. Their number is bounded: the least recently used fence is dropped first,
 * which only prevents a load in flight from storing. Neither pushes out the other.
 */
export class MemoryFences {
  readonly #fences: LruMap<string>;
  readonly #leases: LruMap<string>;

  constructor(maxTokens: number) {
    const bounds = { maxEntries: maxTokens, maxWeight: maxTokens };
    this.#fences = new LruMap(bounds);
    this.#leases = new LruMap(bounds);
  }

  current(key: string, now: number): string | null {
    return this.#fences.get(key, now) ?? null;
  }

  /** Returns the current fence, created if missing; it lives for at least `lifeMs` from now. */
  capture(key: string, lifeMs: number, now: number): string {
    const fence = this.#fences.get(key, now);
    if (fence === undefined) {
      const created = randomUUID();
      this.#fences.set(key, created, 1, now + lifeMs, now);
      return created;
    }
    const expiresAt = this.#fences.expiresAt(key, now);
    if (expiresAt !== undefined && expiresAt < now + lifeMs) {
      this.#fences.setExpiresAt(key, now + lifeMs, now);
    }
    return fence;
  }

  /** Advances a fence by dropping it: a missing one counts as advanced, and the next capture creates another. */
  advance(key: string, now: number): void {
    this.#fences.delete(key, now);
  }

  leaseHolder(key: string, now: number): string | null {
    return this.#leases.get(key, now) ?? null;
  }

  acquireLease(key: string, token: string, lifeMs: number, now: number): boolean {
    const holder = this.leaseHolder(key, now);
    if (holder !== null && holder !== token) return false;
    this.#leases.set(key, token, 1, now + lifeMs, now);
    return true;
  }

  releaseLease(key: string, token: string, now: number): boolean {
    return this.leaseHolder(key, now) === token && this.#leases.delete(key, now);
  }
}
