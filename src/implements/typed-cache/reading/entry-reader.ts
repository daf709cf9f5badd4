import { OperationError } from '../../../interfaces/errors.js';
import type { FencedAnswer, FencedEntry } from '../../../interfaces/fenced-store.js';
import type { Request } from '../policy/request.js';
import type { InvalidationWatch } from '../store/invalidation-watch.js';
import type { KeyNames } from '../store/key-names.js';
import type { PendingInvalidations } from '../store/pending-invalidations.js';
import { LENT, type StoredEntry, type StoredForm, storedEntry } from '../store/stored-entry.js';
import type { UncachableValues } from '../store/uncachable-values.js';
import type { WatchedStore } from '../store/watched-store.js';
import { type Generations, judge } from './freshness.js';
import { ABSENT, FAILED, missing, PENDING, type Reading, UNDECODABLE } from './reading.js';

/** Reads entries and judges them. A failure of the store is a miss; only an abort is thrown. */
export class EntryReader {
  readonly #store: WatchedStore;
  readonly #names: KeyNames;
  readonly #pending: PendingInvalidations;
  readonly #form: StoredForm;
  readonly #uncachable: UncachableValues;
  /** Number of reads in flight. */
  #reading = 0;
  /** Last read sent in this turn of the event loop, shared by callers that ask for the same. */
  #shared:
    | {
        readonly name: string;
        readonly generations: readonly string[];
        readonly lives: boolean;
        readonly answer: Promise<FencedAnswer>;
      }
    | undefined;
  readonly #unshare = (): void => {
    this.#shared = undefined;
  };

  constructor(
    store: WatchedStore,
    names: KeyNames,
    pending: PendingInvalidations,
    form: StoredForm,
    uncachable: UncachableValues,
  ) {
    this.#uncachable = uncachable;
    this.#store = store;
    this.#names = names;
    this.#pending = pending;
    this.#form = form;
  }

  /**
   * Reads without waiting; `undefined` when waiting may be needed.
   *
   * The bytes belong to the store, so this is only for codecs that are known not to change or keep them.
   */
  readAtOnce(request: Request): Reading | undefined {
    const { name, terms } = request;
    const { lends, needsLives } = terms.policy;
    if (!lends || this.#pending.any || request.signal !== undefined) return undefined;
    try {
      const answer = this.#store.readAtOnce(name, this.#names.readScope, terms.generations, needsLives);
      if (answer === undefined) return undefined;
      if (answer.value === null) return this.#absent(name);
      const entry = this.#entry(answer, request, LENT);
      if (entry === undefined) return UNDECODABLE;
      if (!needsLives && isUnsure(entry)) return undefined;
      const namespace = answer.scope;
      if (entry.tags.length === 0) return { entry, verdict: judge(entry, terms, { namespace, of: noTag }) };
      const of = (tag: string) => {
        const at = terms.tags.indexOf(tag);
        return at < 0 ? null : (answer.generations[at] ?? null);
      };
      // Generations of tags that the call does not declare need another read.
      if (!entry.tags.every(({ tag }) => terms.tags.includes(tag))) return undefined;
      return { entry, verdict: judge(entry, terms, { namespace, of }) };
    } catch (error) {
      this.#store.failed('read', error);
      return FAILED;
    }
  }

  /** @throws {OperationError} `E_ABORTED`. */
  async read(request: Request, lives = request.policy.needsLives): Promise<Reading> {
    const { name, terms } = request;
    if (this.#pending.any && !(await this.#repeated(request))) {
      if (this.#pending.coversKey(name)) return PENDING;
    }
    const ended = this.#pending.watch();
    let answer: FencedAnswer;
    this.#reading++;
    try {
      answer = await request.step(this.#ask(name, terms.generations, lives));
    } catch (error) {
      if (!isOurs(error)) this.#store.failed('read', error);
      return this.#failed(error, request);
    } finally {
      this.#reading--;
      this.#pending.unwatch(ended);
    }
    if (answer.failure !== undefined) this.#store.failed('read', answer.failure);
    const [stored] = answer.entries;
    if (stored === undefined || stored.value === null) return this.#absent(name);
    const entry = this.#entry(stored, request);
    if (entry === undefined) return UNDECODABLE;
    if (!lives && isUnsure(entry)) return this.read(request, true);
    let of: Generations['of'] = noTag;
    if (entry.tags.length > 0) {
      try {
        of = await this.#generationsFor([entry], answer, request);
      } catch (error) {
        return this.#failed(error, request);
      }
    }
    if (this.#covered(name, entry, ended)) return PENDING;
    return { entry, verdict: judge(entry, terms, { namespace: stored.scope ?? null, of }) };
  }

  /** Reads everything that is known about a key. @throws {OperationError} `E_ABORTED`. */
  async inspect(
    request: Request,
  ): Promise<{ readonly reading: Reading; readonly current: (tag: string) => boolean }> {
    const { name, generations: names } = request;
    try {
      const scope = this.#names.readScope;
      const answer = await request.step(this.#store.read({ keys: [name], scope, generations: names }));
      const [reading = ABSENT] = await this.judgeAll([name], answer, request, undefined);
      const entry = answer.entries[0] && this.#entry(answer.entries[0], request);
      const generationOf = await this.#generationsFor([entry], answer, request);
      const own = new Map(entry?.tags.map(({ tag, generation }) => [tag, generation]));
      const current = (tag: string): boolean =>
        generationOf(tag) === own.get(tag) && !this.#pending.coversTag(tag);
      return { reading: entry === undefined ? reading : { ...reading, entry }, current };
    } catch (error) {
      return { reading: this.#failed(error, request), current: () => false };
    }
  }

  /** Reads the keys of one call: one round trip, and a second one for tags that the call does not declare. */
  async readMany(requests: readonly Request[], lives?: boolean): Promise<Reading[]> {
    const [first] = requests;
    if (first === undefined) return [];
    if (this.#pending.any) await this.#repeated(first);
    const names = requests.map(({ name }) => name);
    const { generations, policy } = first;
    const readLives = lives ?? policy.needsLives;
    const ended = this.#pending.watch();
    let readings: Reading[];
    try {
      const scope = this.#names.readScope;
      const read = this.#store.read({ keys: names, scope, generations, lives: readLives });
      const answer = await first.step(read);
      readings = await this.judgeAll(names, answer, first, ended);
    } catch (error) {
      const failed = this.#failed(error, first);
      return names.map(() => failed);
    } finally {
      this.#pending.unwatch(ended);
    }
    const unsure = readLives ? [] : requests.filter((_, index) => isUnsure(readings[index]?.entry));
    if (unsure.length === 0) return readings;
    const again = await this.readMany(unsure, true);
    const sure = new Map(unsure.map((request, index) => [request, again[index]]));
    return readings.map((reading, index) => sure.get(requests[index] as Request) ?? reading);
  }

  /**
   * Judges entries that were read together with the generations of a call.
   *
   * @param ended  Watch that `PendingInvalidations.watch` returned when the read began.
   */
  async judgeAll(
    names: readonly string[],
    answer: FencedAnswer,
    request: Request,
    ended: InvalidationWatch | undefined,
  ): Promise<Reading[]> {
    const entries = answer.entries.map((stored) => this.#entry(stored, request));
    const of = await this.#generationsFor(entries, answer, request);
    return names.map((name, index) => {
      const [stored, entry] = [answer.entries[index], entries[index]];
      if (stored?.failure !== undefined) return FAILED;
      if (entry === undefined) return stored?.value == null ? this.#absent(name) : UNDECODABLE;
      if (this.#covered(name, entry, ended)) return PENDING;
      return { entry, verdict: judge(entry, request.terms, { namespace: stored?.scope ?? null, of }) };
    });
  }

  /** Generations of all tags of some entries; those that the call did not ask for take another round trip. */
  async #generationsFor(
    entries: readonly (StoredEntry | undefined)[],
    answer: FencedAnswer,
    request: Request,
  ): Promise<Generations['of']> {
    const known = new Map(request.tags.map((tag, index) => [tag, answer.generations[index] ?? null]));
    const more = new Set<string>();
    for (const entry of entries) {
      for (const { tag } of entry?.tags ?? []) if (!known.has(tag)) more.add(tag);
    }
    if (more.size > 0) {
      const tags = [...more];
      const read = this.#store.read({
        keys: [],
        generations: tags.map((tag) => this.#names.tag(tag)),
        lives: false,
      });
      const { generations } = await request.step(read);
      for (const [index, tag] of tags.entries()) known.set(tag, generations[index] ?? null);
    }
    return (tag) => known.get(tag) ?? null;
  }

  /** Reads the envelope of an entry; one with grace gets the time of its physical expiry. */
  #entry(
    stored: Pick<FencedEntry, 'value' | 'remainingMs'>,
    { clock, terms: { policy } }: Request,
    lent?: typeof LENT,
  ): StoredEntry | undefined {
    const entry = storedEntry(stored, this.#form, policy, lent);
    if (entry === undefined || entry.graceMs === 0) return entry;
    const remainingMs = entry.remainingMs ?? entry.graceMs;
    return Object.assign(entry, { goneAtMs: clock.now() + remainingMs });
  }

  /** Nothing is stored: by chance, or because the value can never be. */
  #absent(name: string): Reading {
    return this.#uncachable.has(name) ? missing('refused') : ABSENT;
  }

  #covered(name: string, entry: StoredEntry, ended: InvalidationWatch | undefined): boolean {
    if (ended?.covers(name, entry) === true) return true;
    if (!this.#pending.any) return false;
    return this.#pending.coversKey(name) || entry.tags.some(({ tag }) => this.#pending.coversTag(tag));
  }

  /**
   * Sends a read, or shares an identical one of this turn of the event loop: no invalidation can have become known in
   * between. A read without concurrent ones pays nothing for this.
   */
  #ask(name: string, generations: readonly string[], lives: boolean): Promise<FencedAnswer> {
    const shared = this.#shared;
    if (
      shared !== undefined &&
      shared.name === name &&
      shared.generations === generations &&
      shared.lives === lives
    ) {
      return shared.answer;
    }
    const scope = this.#names.readScope;
    const answer = this.#store.unwatchedRead({ keys: [name], scope, generations, lives });
    if (this.#reading > 1) {
      if (shared === undefined) queueMicrotask(this.#unshare);
      this.#shared = { name, generations, lives, answer };
    }
    return answer;
  }

  /** Repeats failed invalidations before a read. @returns `true` when none is left. */
  async #repeated(request: Request): Promise<boolean> {
    if (this.#pending.count === 0) return false;
    try {
      return await request.step(this.#pending.flush());
    } catch (error) {
      this.#failed(error, request);
      return false;
    }
  }

  #failed(error: unknown, request: Request): Reading {
    if (request.isAborted) throw error;
    return FAILED;
  }
}

/**
 * `true` for an entry whose remaining TTL decides, and must be read: it was stored with grace by another configuration,
 * or expires before those of other editions that it is stored with.
 */
function isUnsure(entry: StoredEntry | undefined): boolean {
  if (entry === undefined || entry.remainingMs !== undefined) return false;
  return entry.graceMs > 0 || (entry.beforeMs !== undefined && entry.beforeMs > 0);
}

/** `true` for an abort by the caller, which is no failure of the store. */
function isOurs(error: unknown): boolean {
  return OperationError.is(error) && error.code === 'E_ABORTED';
}

const noTag = (): null => null;
