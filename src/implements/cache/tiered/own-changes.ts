import type { PartialFailure } from '../../../interfaces/fenced-store.js';
import type { AnnouncingStore } from '../change-feed.js';
import type { Journal } from './memory/journal.js';
import type { CallStart, TierMemory } from './memory/tier-memory.js';
import type { StoreReads } from './reads/store-reads.js';

/** Value that a change has stored. */
export interface StoredValue {
  readonly bytes: Uint8Array;
  readonly lifeMs: number;
}

/** Change of entries through this tier. */
export interface EntryChange<T> {
  readonly names: readonly string[];
  readonly call: (store: AnnouncingStore) => Promise<T>;
  /** `true` when a failure must be repeated. */
  readonly removes?: boolean;
  /** `true` when earlier removals of these names that failed need no repetition any more. */
  readonly settles?: (answer: T) => boolean;
  /** Value that a name has after the change; `undefined` when that is not known. */
  readonly stored?: (answer: T, name: string) => StoredValue | undefined;
}

/**
 * Changes that this process makes: the store first, then the copies. While one is under way, reads of its names go to
 * the store and leave no copies, so that a process never reads older than what it wrote.
 */
export class OwnChanges {
  readonly #store: AnnouncingStore;
  readonly #memory: TierMemory;
  readonly #reads: StoreReads;
  readonly #journal: Journal;
  readonly #keeps: boolean;

  /** @param keeps  Keeps stored values as copies; not where own changes cannot be told from those of others. */
  constructor(
    store: AnnouncingStore,
    memory: TierMemory,
    reads: StoreReads,
    journal: Journal,
    keeps: boolean,
  ) {
    this.#store = store;
    this.#memory = memory;
    this.#reads = reads;
    this.#journal = journal;
    this.#keeps = keeps;
    journal.repeatBy({
      keys: (names) => this.entries({ names, call: (below) => below.invalidate(names) }),
      generations: (names, where) => this.#advance(names, where ?? 'everywhere'),
      clear: (pattern) => this.#removeAll((below) => below.clear(pattern)),
      isChanging: (key) => this.#memory.keys.isChanging(key),
    });
  }

  /** Changes entries. */
  async entries<T>({ names, call, removes = false, settles, stored }: EntryChange<T>): Promise<T> {
    const { keys } = this.#memory;
    const each = new Set(names);
    this.#reads.flush();
    this.#journal.precede(each);
    for (const name of each) keys.beginChange(name);
    this.#memory.dropValues(each);
    const start = this.#memory.start();
    let kept: ((name: string) => StoredValue | undefined) | undefined;
    try {
      const answer = await call(this.#store);
      if (stored !== undefined && this.#keeps) kept = (name) => stored(answer, name);
      if (settles?.(answer) === true) {
        for (const name of each) {
          keys.settled(name, start.moment);
          this.#journal.reached('keys', name, start.moment);
        }
      }
      return answer;
    } catch (error) {
      if (removes) {
        const current = [...each].filter((name) => !keys.isSettled(name, start.moment));
        this.#journal.failed('keys', current, error, start.moment);
      }
      throw error;
    } finally {
      this.#memory.dropValues(each);
      for (const name of each) {
        const isAlone = keys.endChange(name, start.moment);
        const value = isAlone ? kept?.(name) : undefined;
        if (value !== undefined) this.#keep(name, value, start);
      }
    }
  }

  /** Advances generations. */
  async generations(
    names: readonly string[],
    where: 'everywhere' | PartialFailure | undefined,
  ): Promise<void> {
    const start = this.#memory.start();
    try {
      await this.#advance(names, where);
    } catch (error) {
      this.#journal.failed('generations', names, error, start.moment);
      throw error;
    }
    for (const name of names) this.#journal.reached('generations', name, start.moment);
  }

  /** Removes what matches a pattern, or everything. */
  async clear<T>(pattern: string | undefined, call: (store: AnnouncingStore) => Promise<T>): Promise<T> {
    const start = this.#memory.start();
    try {
      const answer = await this.#removeAll(call);
      this.#journal.reachedClear(pattern, start.moment);
      return answer;
    } catch (error) {
      this.#journal.failedClear(pattern, error, start.moment);
      throw error;
    }
  }

  async #advance(names: readonly string[], where: 'everywhere' | PartialFailure | undefined): Promise<void> {
    const { generations } = this.#memory;
    const each = new Set(names);
    this.#reads.flush();
    for (const name of each) generations.beginChange(name);
    this.#memory.dropTokens(each);
    const start = this.#memory.start();
    try {
      await this.#store.advance(names, where);
    } finally {
      this.#memory.dropTokens(each);
      for (const name of each) generations.endChange(name, start.moment);
    }
  }

  async #removeAll<T>(call: (store: AnnouncingStore) => Promise<T>): Promise<T> {
    const { keys, generations } = this.#memory;
    this.#reads.flush();
    keys.beginAll();
    generations.beginAll();
    this.#memory.changedEverything();
    try {
      return await call(this.#store);
    } finally {
      keys.endAll();
      generations.endAll();
      this.#memory.changedEverything();
    }
  }

  #keep(name: string, { bytes, lifeMs }: StoredValue, start: CallStart): void {
    const endsAt = start.at + lifeMs;
    this.#memory.keepValue(name, { bytes, endsAt, scope: undefined, scopeToken: undefined }, start);
  }
}
