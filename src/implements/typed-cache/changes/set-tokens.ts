import { type Terms, tokenLifeMs } from '../policy/policy.js';
import type { WatchedStore } from '../store/watched-store.js';

/** Fence of a key that is set, and the generations that its value will carry. */
export interface SetTokens {
  readonly fence: string;
  /** Generation of the namespace; `''` for bare values. */
  readonly namespace: string;
  /** Generations in the order of `Terms.generations`. */
  readonly generations: readonly string[];
}

interface Batch {
  readonly names: string[];
  /** An error in the place of a key whose part of the store failed. */
  readonly tokens: Promise<readonly (SetTokens | { readonly failure: unknown })[]>;
}

/** Captures what a set needs: keys with the same terms in one turn of the event loop share a round trip. */
export class SetTokenCapture {
  readonly #store: WatchedStore;
  readonly #scope: string | undefined;
  readonly #open = new Map<Terms, Batch>();

  /** @param scope  Generation of the namespace; `undefined` for bare values, which do not name theirs. */
  constructor(store: WatchedStore, scope: string | undefined) {
    this.#store = store;
    this.#scope = scope;
  }

  async capture(name: string, terms: Terms): Promise<SetTokens> {
    const batch = this.#open.get(terms) ?? this.#batch(terms);
    const index = batch.names.push(name) - 1;
    const tokens = (await batch.tokens)[index];
    if (tokens === undefined) throw new Error('the store returned too few entries');
    if ('failure' in tokens) throw tokens.failure;
    return tokens;
  }

  /** Batch that is sent at the end of this turn. */
  #batch(terms: Terms): Batch {
    const names: string[] = [];
    const tokens = Promise.resolve().then(async () => {
      this.#open.delete(terms);
      const { entries, generations, failure } = await this.#store.read({
        keys: names,
        scope: this.#scope,
        generations: terms.generations,
        capture: { life: tokenLifeMs(terms.policy), of: 'all' },
        lives: false,
        values: false,
      });
      const carried = generations.filter((generation) => generation !== null);
      // A value cannot carry a tag whose part of the store failed.
      const lacks = carried.length < generations.length;
      return entries.map(({ fence, scope, ...entry }) => {
        const isWhole = fence !== null && (this.#scope === undefined || typeof scope === 'string') && !lacks;
        if (isWhole) return { fence, namespace: scope ?? '', generations: carried };
        return { failure: entry.failure ?? failure ?? new Error('the store returned no tokens') };
      });
    });
    const batch = { names, tokens };
    this.#open.set(terms, batch);
    return batch;
  }
}
