import type { FencedAnswer, FencedEntry } from '../../../../interfaces/fenced-store.js';
import { type Terms, tokenLifeMs } from '../../policy/policy.js';
import type { Request } from '../../policy/request.js';
import type { KeyNames } from '../../store/key-names.js';
import type { WatchedStore } from '../../store/watched-store.js';

/** Fence and generations of a key at one moment: while they are unchanged, nothing was invalidated. */
export interface CapturedTokens {
  readonly fence: string;
  readonly namespace: string;
  readonly anyTag: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Minimum TTL of the tokens. */
  readonly lifeMs: number;
}

/** Validity of a load whose tokens are captured. */
export interface CapturingLoad {
  /** Called when the read is sent: calls that began until then came before it. */
  startReading(): void;
}

/** Tokens of a key, and its entry at the moment of their capture. */
export interface Capture {
  readonly tokens: CapturedTokens;
  readonly stored: FencedEntry;
  /** Answer of the whole read. */
  readonly answer: FencedAnswer;
}

interface Batch {
  readonly names: string[];
  readonly loads: CapturingLoad[];
  readonly answer: Promise<FencedAnswer>;
}

/** Captures fences and generations before a load; keys with the same terms in one turn share a round trip. */
export class TokenCapture {
  readonly #store: WatchedStore;
  readonly #names: KeyNames;
  readonly #open = new Map<Terms, Batch>();

  constructor(store: WatchedStore, names: KeyNames) {
    this.#store = store;
    this.#names = names;
  }

  async capture({ name, terms }: Request, load?: CapturingLoad): Promise<Capture> {
    const lifeMs = tokenLifeMs(terms.policy);
    let batch = this.#open.get(terms);
    if (batch === undefined) {
      batch = this.#batch(terms, lifeMs);
      this.#open.set(terms, batch);
    }
    const index = batch.names.push(name) - 1;
    if (load !== undefined) batch.loads.push(load);
    const answer = await batch.answer;
    const stored = answer.entries[index];
    const fence = stored?.fence;
    const tokens = answer.generations;
    const [namespace, anyTag] = [tokens.at(-2), tokens.at(-1)];
    if (stored === undefined || !fence || !namespace || !anyTag)
      throw new Error('the store returned no tokens');
    const tags = new Map<string, string>();
    for (const [at, tag] of terms.tags.entries())
      tags.set(tag, tokens[tokens.length - 2 - terms.tags.length + at] ?? '');
    return { tokens: { fence, namespace, anyTag, tags, lifeMs }, stored, answer };
  }

  /**
   * Generations of tags that were learnt late, or of all tags of a value when the TTL of the captured tokens is too
   * short.
   */
  async generations(tags: readonly string[], lifeMs: number): Promise<ReadonlyMap<string, string>> {
    const names = tags.map((tag) => this.#names.tag(tag));
    const { generations } = await this.#store.read({
      keys: [],
      generations: names,
      capture: { life: lifeMs },
    });
    return new Map(tags.map((tag, index) => [tag, generations[index] ?? '']));
  }

  /** Current generations of the namespace and of "any tag". */
  async current(
    lifeMs: number,
  ): Promise<{ readonly namespace: string | null; readonly anyTag: string | null }> {
    const { generations } = await this.#store.read({
      keys: [],
      generations: [this.#names.namespace, this.#names.anyTag],
      capture: { life: lifeMs },
    });
    return { namespace: generations[0] ?? null, anyTag: generations[1] ?? null };
  }

  /** Batch that is sent at the end of this turn. */
  #batch(terms: Terms, lifeMs: number): Batch {
    const names: string[] = [];
    const loads: CapturingLoad[] = [];
    const tags = terms.tags.map((tag) => this.#names.tag(tag));
    const generations = [...tags, this.#names.namespace, this.#names.anyTag];
    const answer = Promise.resolve().then(() => {
      this.#open.delete(terms);
      for (const load of loads) load.startReading();
      return this.#store.read({ keys: names, generations, capture: { life: lifeMs, of: 'all' } });
    });
    return { names, loads, answer };
  }
}
