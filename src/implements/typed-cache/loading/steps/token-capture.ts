import type { FencedAnswer, FencedEntry } from '../../../../interfaces/fenced-store.js';
import { type Terms, tokenLifeMs } from '../../policy/policy.js';
import type { Request } from '../../policy/request.js';
import type { KeyNames } from '../../store/key-names.js';
import type { WatchedStore } from '../../store/watched-store.js';

/** Fence and generations of a key at one moment: while they are unchanged, nothing was invalidated. */
export interface CapturedTokens {
  readonly fence: string;
  readonly namespace: string;
  /** `null` when its part of the store failed. */
  readonly anyTag: string | null;
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

  /** Generation that values name; `undefined` for bare values. */
  get readScope(): string | undefined {
    return this.#names.readScope;
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
    if (stored?.failure !== undefined) throw stored.failure;
    const { fence, scope: namespace } = stored ?? {};
    if (stored === undefined || !fence || !namespace) throw noTokens(answer);
    const tags = tokensOf(terms.tags, answer);
    const anyTag = answer.generations[terms.tags.length] ?? null;
    return { tokens: { fence, namespace, anyTag, tags, lifeMs }, stored, answer };
  }

  /**
   * Generations of tags that were learnt late, or of all tags of a value when the TTL of the captured tokens is too
   * short.
   */
  async generations(tags: readonly string[], lifeMs: number): Promise<ReadonlyMap<string, string>> {
    if (tags.length === 0) return new Map();
    const generations = this.#names.generations(tags);
    return tokensOf(tags, await this.#store.read({ keys: [], generations, capture: { life: lifeMs } }));
  }

  /** Current generations of the namespace, for one entry, and of "any tag". */
  async current(
    name: string,
    lifeMs: number,
  ): Promise<{ readonly namespace: string | null; readonly anyTag: string | null }> {
    const { entries, generations } = await this.#store.read({
      keys: [name],
      scope: this.#names.namespace,
      generations: [this.#names.anyTag],
      capture: { life: lifeMs, of: 'none' },
      values: false,
      lives: false,
    });
    return { namespace: entries[0]?.scope ?? null, anyTag: generations[0] ?? null };
  }

  /** Batch that is sent at the end of this turn. */
  #batch(terms: Terms, lifeMs: number): Batch {
    const names: string[] = [];
    const loads: CapturingLoad[] = [];
    const tags = terms.tags.map((tag) => this.#names.tag(tag));
    const generations = [...tags, this.#names.anyTag];
    const scope = this.#names.namespace;
    const answer = Promise.resolve().then(() => {
      this.#open.delete(terms);
      for (const load of loads) load.startReading();
      return this.#store.read({ keys: names, scope, generations, capture: { life: lifeMs, of: 'all' } });
    });
    return { names, loads, answer };
  }
}

/** Captured tokens of tags, which an answer begins with. @throws when one is missing, because its part failed. */
function tokensOf(tags: readonly string[], answer: FencedAnswer): ReadonlyMap<string, string> {
  const tokens = new Map<string, string>();
  for (const [index, tag] of tags.entries()) {
    const token = answer.generations[index];
    if (!token) throw noTokens(answer);
    tokens.set(tag, token);
  }
  return tokens;
}

function noTokens({ failure }: FencedAnswer): unknown {
  return failure ?? new Error('the store returned no tokens');
}
