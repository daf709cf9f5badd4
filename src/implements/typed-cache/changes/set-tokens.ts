import { type Terms, tokenLifeMs } from '../policy/policy.js';
import type { WatchedStore } from '../store/watched-store.js';

/** Fence of a key that is set, and the generations that its value will carry. */
export interface SetTokens {
  readonly fence: string;
  /** Generations in the order of `Terms.generations`: namespace first, then tags; none for bare values. */
  readonly generations: readonly string[];
}

interface Batch {
  readonly names: string[];
  readonly tokens: Promise<readonly SetTokens[]>;
}

/** Captures what a set needs: keys with the same terms in one turn of the event loop share a round trip. */
export class SetTokenCapture {
  readonly #store: WatchedStore;
  readonly #open = new Map<Terms, Batch>();

  constructor(store: WatchedStore) {
    this.#store = store;
  }

  async capture(name: string, terms: Terms): Promise<SetTokens> {
    const batch = this.#open.get(terms) ?? this.#batch(terms);
    const index = batch.names.push(name) - 1;
    const tokens = (await batch.tokens)[index];
    if (!tokens?.fence) throw new Error('the store returned no fence');
    return tokens;
  }

  /** Batch that is sent at the end of this turn. */
  #batch(terms: Terms): Batch {
    const names: string[] = [];
    const tokens = Promise.resolve().then(async () => {
      this.#open.delete(terms);
      const { entries, generations } = await this.#store.read({
        keys: names,
        generations: terms.generations,
        capture: { life: tokenLifeMs(terms.policy), of: 'all' },
        lives: false,
        values: false,
      });
      const carried = generations.map((generation) => generation ?? '');
      return entries.map(({ fence }) => ({ fence: fence ?? '', generations: carried }));
    });
    const batch = { names, tokens };
    this.#open.set(terms, batch);
    return batch;
  }
}
