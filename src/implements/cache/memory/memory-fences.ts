import { randomUUID } from 'node:crypto';
import { LruMap } from './eviction/lru-map.js';

/** Kinds of tokens; names of different kinds never collide. */
type TokenKind = 'fence' | 'generation' | 'lease';

/**
 * Tokens of a memory store: fences of keys, generations of names, leases. Their number is bounded: the least recently
 * used token is dropped first, which counts as invalidated.
 */
export class MemoryFences {
  readonly #tokens: LruMap<string>;
  /** Name and id of the last generation that was read: the typed cache reads the same one with every hit. */
  #lastName = '';
  #lastId = '';

  constructor(maxTokens: number) {
    this.#tokens = new LruMap({ maxEntries: maxTokens, maxWeight: maxTokens });
  }

  current(kind: TokenKind, name: string, now: number): string | null {
    if (kind !== 'generation') return this.#tokens.get(id(kind, name), now) ?? null;
    if (name !== this.#lastName) {
      this.#lastName = name;
      this.#lastId = id(kind, name);
    }
    return this.#tokens.get(this.#lastId, now) ?? null;
  }

  /** Returns the current token, created if missing; it lives for at least `lifeMs` from now. */
  capture(kind: TokenKind, name: string, lifeMs: number, now: number): string {
    const token = this.#tokens.get(id(kind, name), now);
    if (token === undefined) return this.#put(kind, name, randomUUID(), lifeMs, now);
    const expiresAt = this.#tokens.expiresAt(id(kind, name), now);
    if (expiresAt !== undefined && expiresAt < now + lifeMs) {
      this.#tokens.setExpiresAt(id(kind, name), now + lifeMs, now);
    }
    return token;
  }

  /** Advances a token by dropping it: a missing token counts as invalidated, and the next capture creates another. */
  advance(kind: TokenKind, name: string, now: number): void {
    this.#tokens.delete(id(kind, name), now);
  }

  acquireLease(name: string, token: string, lifeMs: number, now: number): boolean {
    const holder = this.current('lease', name, now);
    if (holder !== null && holder !== token) return false;
    this.#put('lease', name, token, lifeMs, now);
    return true;
  }

  releaseLease(name: string, token: string, now: number): boolean {
    return this.current('lease', name, now) === token && this.#tokens.delete(id('lease', name), now);
  }

  #put(kind: TokenKind, name: string, token: string, lifeMs: number, now: number): string {
    this.#tokens.set(id(kind, name), token, 1, now + lifeMs, now);
    return token;
  }
}

function id(kind: TokenKind, name: string): string {
  return `${kind} ${name}`;
}
