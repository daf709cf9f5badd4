import { createHash } from 'node:crypto';
import { replace } from '../mutant.js';
import type { ReferenceStore } from '../reference/reference-store.js';
import type { Flaw } from '../reference/reference-subjects.js';

/** A token that follows from the name. */
export function derived(store: ReferenceStore): void {
  store.capture = (kind, name, ms) => {
    const token = createHash('sha256').update(store.tokenName(kind, name)).digest('hex');
    store.world.tokens.set(store.tokenName(kind, name), { token, expiresAt: store.now() + ms });
    return token;
  };
}

/** Takes a minute for every life that is none. */
export function reserve(store: ReferenceStore): void {
  replace(store, 'need', (need) => (expire) => {
    try {
      return need(expire);
    } catch {
      return 60_000;
    }
  });
}

/** One method leaves the tokens that it should advance. */
export function unadvanced(method: string): Flaw {
  return (store) =>
    replace(store, 'advanceToken', (advance) => (kind, name, by) => {
      if (by !== method) advance(kind, name, by);
    });
}
