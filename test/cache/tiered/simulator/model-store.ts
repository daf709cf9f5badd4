import type { CacheStore } from '../../../../src/implements/cache/cache-store.js';
import {
  type ChangeFeed,
  type ChangeFeedOptions,
  type ChangeFeedSource,
  changeFeed,
  type FeedKind,
} from '../../../../src/implements/cache/change-feed.js';
import { wholeRead } from '../../../../src/implements/foundation/arguments/fenced-store.js';
import { requireDurationMs } from '../../../../src/implements/foundation/options/duration.js';
import type { ICache } from '../../../../src/interfaces/cache.js';
import type { Duration } from '../../../../src/interfaces/duration.js';
import type {
  FencedAnswer,
  FencedEntry,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
} from '../../../../src/interfaces/fenced-store.js';
import type { FeedFlaws } from './flaws.js';
import { type FeedWorld, ModelFeed } from './model-feed.js';
import type { ModelServer, ModelState } from './model-server.js';

/** Place of a store: a process that reaches the masters over links. */
export interface StoreWorld extends FeedWorld {
  readonly state: ModelState;
  /** Time of the servers. */
  time(): number;
  ownerOf(name: string): ModelServer;
}

/** Entries, fences and generations in the modelled servers, as one process reaches them. */
export class ModelStore implements ChangeFeedSource {
  readonly connected = true;
  readonly #world: StoreWorld;
  readonly #flaws: FeedFlaws;
  #feed: ModelFeed | undefined;
  #kind: FeedKind | undefined;
  readonly #answered = new Map<string, number>();

  constructor(world: StoreWorld, flaws: FeedFlaws) {
    this.#world = world;
    this.#flaws = flaws;
  }

  /** The store by the ports that a tier needs. */
  get asCache(): ICache & IFencedStore {
    return this as unknown as ICache & IFencedStore;
  }

  get kind(): FeedKind | undefined {
    return this.#kind;
  }

  /** Position of the last change of a name whose answer has arrived here. */
  answered(name: string): number {
    return this.#answered.get(name) ?? 0;
  }

  get feed(): ModelFeed | undefined {
    return this.#feed;
  }

  [changeFeed](kind: FeedKind, options: ChangeFeedOptions): ChangeFeed {
    this.#kind = kind;
    this.#feed = new ModelFeed(this as unknown as CacheStore, kind, options, this.#world, this.#flaws);
    return this.#feed;
  }

  setValue(key: string, value: Uint8Array, expire: Duration): Promise<boolean> {
    return this.setValues([[key, value]], expire);
  }

  async setValues(entries: Iterable<readonly [string, Uint8Array]>, expire: Duration): Promise<boolean> {
    const texts = new Map([...entries].map(([key, value]) => [key, Buffer.from(value).toString()]));
    const lifeMs = requireDurationMs(expire);
    await this.#change('keys', [...texts.keys()], (key, now) => {
      this.#world.state.put(key, texts.get(key) as string, now + lifeMs, now);
      return true;
    });
    return true;
  }

  async deleteValue(key: string): Promise<boolean> {
    return (await this.deleteValues([key])) > 0;
  }

  deleteValues(keys: readonly string[]): Promise<number> {
    return this.#change('keys', keys, (key, now) => this.#world.state.remove(key, now));
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    const lifeMs = requireDurationMs(expire);
    const changed = await this.#change('keys', [key], (name, now) => this.#extend(name, lifeMs, now));
    return changed > 0;
  }

  async clear(pattern?: string): Promise<number> {
    const { state } = this.#world;
    const removed = await Promise.all(
      this.#world.masters().map((server) =>
        this.#ask(server, () => {
          const keys = [...state.entries.keys()].filter((key) => {
            const isMeant = pattern === undefined || key === pattern;
            return isMeant && this.#world.ownerOf(key) === server;
          });
          for (const key of keys) state.remove(key, this.#world.time());
          this.#tell(server, { type: 'everything' });
          return { keys, order: state.history.order };
        }),
      ),
    );
    for (const { keys, order } of removed) this.#arrived('keys', keys, order);
    return removed.reduce((sum, { keys }) => sum + keys.length, 0);
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
  ): Promise<'stored' | 'fenced'> {
    const text = Buffer.from(value).toString();
    const lifeMs = requireDurationMs(expire);
    const wanted = typeof fence === 'object' ? fence.fence : fence;
    const { state } = this.#world;
    const changed = await this.#change('keys', [key], (name, now) => {
      if (wanted !== undefined && state.fences.get(name) !== wanted) return false;
      state.put(name, text, now + lifeMs, now);
      if (wanted === undefined || typeof fence === 'object') state.fences.delete(name);
      return true;
    });
    return changed > 0 ? 'stored' : 'fenced';
  }

  invalidate(keys: readonly string[]): Promise<number> {
    const { state } = this.#world;
    return this.#change('keys', keys, (key, now) => {
      state.fences.delete(key);
      return state.remove(key, now);
    });
  }

  async advance(generations: readonly string[]): Promise<void> {
    const { state } = this.#world;
    await this.#change('generations', generations, (name, now) => {
      state.setToken(name, null, now);
      return true;
    });
  }

  async acquireLease(): Promise<boolean> {
    return true;
  }

  async releaseLease(): Promise<boolean> {
    return true;
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const read = wholeRead(request);
    const parts = new Map<ModelServer, { keys: string[]; names: string[] }>();
    const part = (name: string) => {
      const owner = this.#world.ownerOf(name);
      const known = parts.get(owner) ?? { keys: [], names: [] };
      parts.set(owner, known);
      return known;
    };
    for (const key of read.keys) part(key).keys.push(key);
    for (const name of read.generations) part(name).names.push(name);
    const entries = new Map<string, FencedEntry>();
    const tokens = new Map<string, string | null>();
    let failure: unknown;
    await Promise.all(
      [...parts].map(async ([server, { keys, names }]) => {
        try {
          const answer = await this.#ask(server, () => this.#run(read, keys, names));
          for (const [key, entry] of answer.entries) entries.set(key, entry);
          for (const [name, token] of answer.tokens) tokens.set(name, token);
        } catch (error) {
          failure ??= error;
          for (const key of keys)
            entries.set(key, { value: null, remainingMs: null, fence: null, failure: error });
        }
      }),
    );
    const found = read.keys.map((key) => entries.get(key) as FencedEntry);
    const generations = read.generations.map((name) => tokens.get(name) ?? null);
    const isLost =
      read.keys.length > 0
        ? found.every((entry) => entry.failure !== undefined)
        : generations.every((token) => token === null);
    if (failure !== undefined && isLost) throw failure;
    return { entries: found, generations, ...(failure !== undefined && { failure }) };
  }

  /** Runs one step of a read on the servers. */
  #run(read: ReturnType<typeof wholeRead>, keys: readonly string[], names: readonly string[]) {
    const { state } = this.#world;
    const now = this.#world.time();
    const creates = read.captured !== undefined;
    const token = (name: string): string | null => {
      const known = state.tokens.get(name);
      if (known !== undefined || !creates) return known ?? null;
      const made = state.fresh();
      state.setToken(name, made, now);
      return made;
    };
    const entries = keys.map((key): [string, FencedEntry] => {
      const stored = this.#flaws.readsReplica === true ? state.replica(key, now) : state.entry(key, now);
      const value = stored === undefined || !read.values ? null : Buffer.from(stored.text);
      const remainingMs = stored === undefined ? null : Math.max(1, stored.expiresAt - now);
      let fence: string | null = null;
      if (creates && (read.captured?.of === 'all' || stored === undefined)) {
        fence = state.fences.get(key) ?? state.fresh();
        state.fences.set(key, fence);
      }
      if (read.extendMs !== undefined && this.#extend(key, read.extendMs, now)) this.#announce('keys', [key]);
      const scope = read.scope === undefined ? {} : { scope: token(read.scope) };
      return [key, { value, remainingMs, fence, ...scope }];
    });
    return { entries, tokens: names.map((name): [string, string | null] => [name, token(name)]) };
  }

  #extend(key: string, lifeMs: number, now: number): boolean {
    const stored = this.#world.state.entry(key, now);
    if (stored === undefined) return false;
    this.#world.state.put(key, stored.text, now + lifeMs, now);
    return true;
  }

  /** Changes names, one step for each master, and announces in the same step what was really changed. */
  async #change(
    kind: 'keys' | 'generations',
    names: readonly string[],
    apply: (name: string, now: number) => boolean,
  ): Promise<number> {
    const parts = new Map<ModelServer, Set<string>>();
    for (const name of names) {
      const owner = this.#world.ownerOf(name);
      parts.set(owner, (parts.get(owner) ?? new Set()).add(name));
    }
    const { publishesFirst, publishesLater } = this.#flaws;
    const counts = await Promise.all(
      [...parts].map(async ([server, some]) => {
        const each = [...some];
        if (publishesFirst === true) await this.#ask(server, () => this.#announce(kind, each));
        const { changed, order } = await this.#ask(server, () => {
          const now = this.#world.time();
          const done = each.filter((name) => apply(name, now));
          if (publishesFirst !== true && publishesLater !== true) this.#announce(kind, done);
          return { changed: done, order: this.#world.state.history.order };
        });
        this.#arrived(kind, each, order);
        if (publishesLater === true)
          void this.#ask(server, () => this.#announce(kind, changed)).catch(() => undefined);
        this.#feed?.changed();
        return changed.length;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Announces a change by the masters that the names belong to when it happens, wherever it was sent. */
  #announce(kind: 'keys' | 'generations', names: readonly string[]): void {
    const sender = this.#sentAs;
    for (const name of names) {
      this.#tell(this.#world.ownerOf(name), { type: 'changed', kind, names: [name], sender });
    }
  }

  #arrived(kind: 'keys' | 'generations', names: readonly string[], order: number): void {
    for (const name of names) {
      const full = kind === 'keys' ? name : `generation ${name}`;
      this.#answered.set(full, Math.max(order, this.answered(full)));
    }
  }

  #tell(server: ModelServer, message: Parameters<ModelServer['publish']>[0]): void {
    if (this.#kind === 'tracking') server.collect(message);
    else server.publish(message);
  }

  /** Sender of the command that runs now. */
  #sentAs = '';

  async #ask<T>(server: ModelServer, run: () => T): Promise<T> {
    const sender = this.#feed?.sender ?? '';
    try {
      return await this.#world.ask(server, () => {
        this.#sentAs = sender;
        return run();
      });
    } catch (error) {
      this.#feed?.forgetCalls();
      throw error;
    }
  }
}
