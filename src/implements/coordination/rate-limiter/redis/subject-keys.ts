import { createHash } from 'node:crypto';
import type { Limit } from '../limits.js';

/** Longest key of a caller that is written out; longer ones are hashed, so that a million of them stay small. */
const MAX_TAG_BYTES = 32;

/**
 * Names of the keys in Redis that belong to one key of a caller: all share a hash tag, and no two callers' keys share
 * a name, whatever braces they contain.
 */
export class SubjectKeys {
  readonly #prefix: string;
  readonly #windows: readonly string[];

  constructor(prefix: string, limits: readonly Limit[]) {
    this.#prefix = prefix;
    this.#windows = limits.filter(({ algorithm }) => algorithm === 'slidingWindow').map(({ name }) => name);
  }

  /** Hash, block, and a sorted set for each sliding window. */
  all(key: string): string[] {
    const tag = this.#tag(key);
    return [tag, `${tag}b`, ...this.#windows.map((name) => `${tag}w${name}`)];
  }

  request(key: string, requestId: string): string {
    return `${this.#tag(key)}r${digest(requestId)}`;
  }

  #tag(key: string): string {
    const isPlain = Buffer.byteLength(key) <= MAX_TAG_BYTES && !/[{}]/.test(key);
    return `${this.#prefix}{${isPlain ? `=${key}` : `#${digest(key)}`}}`;
  }
}

/** 128 bits of SHA-256, which no two texts share by chance. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
