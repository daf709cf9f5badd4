import { randomUUID } from 'node:crypto';
import type { ICache } from '../../../interfaces/cache.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { MAX_DURATION_MS } from '../../foundation/options/duration.js';
import { type FencedCache, requireFenced } from '../fenced-cache.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignText } from '../foreign-text.js';
import { type ForeignPlace, framed, unframed } from '../foreign-value.js';

/** Time by which tokens outlive what carries them: longer than a response takes to arrive. */
const SLACK_MS = 3_600_000;
/** Attempts of a commit against others of the same address. Of those that meet, one wins each time. */
const ATTEMPTS = 20;

/** A stored response to one kind of request to an address, without its body. */
export interface ResponseVariant<V> {
  /** Key of its body. */
  readonly body: string;
  readonly method: string;
  /** Milliseconds since 1970 after which it is not used. */
  readonly deleteAt: number;
  readonly value: V;
}

/** Variants of an address, and the token of the address with which they are current. */
interface VariantList<V> {
  readonly token: string;
  readonly variants: readonly ResponseVariant<V>[];
}

/**
 * Responses by address: a list of variants in one entry, bodies apart. A response is there once its body is, in one step;
 * what was asked for before an address was forgotten, is not stored after it.
 */
export class ResponseEntries<V> {
  readonly #store: FencedCache;
  readonly #lists: ForeignEntries;
  readonly #bodies: ForeignEntries;
  readonly #maxVariants: number;

  constructor(cache: ICache, prefix: string, maxVariants: number) {
    this.#store = requireFenced(cache, 'the store of responses');
    const entries = new ForeignEntries(cache, prefix);
    this.#lists = entries.within('list');
    this.#bodies = entries.within('body');
    this.#maxVariants = maxVariants;
  }

  /** Finds the response that fits, and its body. */
  async find(
    address: string,
    fits: (variant: ResponseVariant<V>) => boolean,
  ): Promise<{ readonly value: V; readonly body: Uint8Array } | undefined> {
    const place = this.#lists.place(address);
    const { entries, generations } = await this.#store.read({
      keys: [place.name],
      generations: [place.name],
      lives: false,
    });
    const variant = this.#current(place, entries[0]?.value, generations[0]).find(fits);
    if (variant === undefined) return undefined;
    const body = await this.#bodyOf(variant.body);
    return body && { value: variant.value, body };
  }

  /** Token of an address, from before its response arrives. */
  async begin(address: string, deleteAt: number): Promise<string | null> {
    const { generations } = await this.#store.read({
      keys: [],
      generations: [this.#lists.place(address).name],
      capture: { life: lifeOf(deleteAt) + SLACK_MS },
    });
    return generations[0] ?? null;
  }

  /**
   * Stores a response in the place of those that it replaces, unless the address was forgotten since `begin`.
   *
   * @returns `false` when nothing was stored.
   */
  async commit(
    address: string,
    token: string,
    response: Omit<ResponseVariant<V>, 'body'> & { readonly body: Uint8Array },
    replaces: (variant: ResponseVariant<V>) => boolean,
  ): Promise<boolean> {
    const place = this.#lists.place(address);
    const body = this.#bodies.place(randomUUID());
    await this.#store.write(body.name, response.body, lifeOf(response.deleteAt));
    const own: ResponseVariant<V> = { ...response, body: body.name };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { entries, generations } = await this.#store.read({
        keys: [place.name],
        generations: [place.name],
        capture: { life: lifeOf(response.deleteAt) + SLACK_MS, of: 'all' },
        lives: false,
      });
      if (generations[0] !== token) break;
      const present = this.#current(place, entries[0]?.value, token);
      const kept = present.filter((variant) => !replaces(variant)).slice(1 - this.#maxVariants);
      const variants = this.#maxVariants === 1 ? [own] : [...kept, own];
      const list: VariantList<V> = { token, variants };
      const outcome = await this.#store.write(
        place.name,
        framed(place, Buffer.from(JSON.stringify(list))),
        lifeOf(Math.max(...variants.map(({ deleteAt }) => deleteAt))),
        { fence: entries[0]?.fence ?? '', advance: true },
      );
      if (outcome === 'fenced') continue;
      const gone = present.filter((variant) => !variants.includes(variant));
      await this.#drop(gone.map((variant) => variant.body));
      return true;
    }
    await this.#drop([body.name]);
    return false;
  }

  /** Forgets all responses of an address, also those that are still arriving. */
  async forget(address: string): Promise<void> {
    await this.#store.advance([this.#lists.place(address).name]);
  }

  /** Variants of a list that is current and that have not ended. */
  #current(
    place: ForeignPlace,
    bytes: Uint8Array | null | undefined,
    token: string | null | undefined,
  ): readonly ResponseVariant<V>[] {
    const list = parsed<VariantList<V>>(unframed(place, bytes));
    if (list?.token === undefined || list.token !== token) return [];
    const now = timeOfDayMs();
    return list.variants.filter(({ deleteAt }) => deleteAt > now);
  }

  async #bodyOf(name: string): Promise<Uint8Array | undefined> {
    const { entries } = await this.#store.read({ keys: [name], lives: false });
    return entries[0]?.value ?? undefined;
  }

  /** Removes bodies that no list names any longer; one that stays ends by itself. */
  async #drop(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.#store.invalidate(names).catch(() => undefined);
  }
}

function lifeOf(deleteAt: number): number {
  return Math.min(Math.max(1, Math.ceil(deleteAt - timeOfDayMs())), MAX_DURATION_MS - SLACK_MS);
}

function parsed<T>(bytes: Uint8Array | undefined): T | undefined {
  try {
    return bytes && (JSON.parse(foreignText(bytes)) as T);
  } catch {
    return undefined; // Bytes of something else are no list.
  }
}
