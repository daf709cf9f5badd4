import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import {
  ArgumentError,
  ComponentError,
  DisposedError,
  OperationError,
} from '../../../../interfaces/errors.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import { type FailureWithRest, failedNames, failureWithRest } from '../../../foundation/partial-failure.js';
import { FailedClears } from './failed-clears.js';

/** Number of names from which one `clear` is the cheaper repetition, and bounds what is remembered. */
const MAX_NAMES = 10_000;
const NAMES_A_STEP = 512;
const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 5_000;
/** Refusals by a server that can serve nobody now, which is like one that is away. */
const UNABLE: ReadonlySet<string> = new Set(['CLUSTERDOWN', 'LOADING', 'MASTERDOWN', 'READONLY', 'TRYAGAIN']);

/** Kind of a name. */
export type NameKind = 'keys' | 'generations';

/** Ways to repeat a removal: as an own change, which leaves no copies. */
export interface Removals {
  keys(names: readonly string[]): Promise<unknown>;
  /** @param where  Failure that tells which copies are left. Default: all. */
  generations(names: readonly string[], where?: FailureWithRest): Promise<unknown>;
  /** @param pattern  Default: everything. */
  clear(pattern: string | undefined): Promise<unknown>;
  /** `true` while another change of a key is under way: the removal must not overtake it. */
  isChanging(key: string): boolean;
}

/** Removal of a name that failed. */
interface FailedRemoval {
  /** Moment at which it was called. */
  readonly begun: number;
  /** Copies of a generation that it has left; `undefined` for all of them. */
  readonly rest: FailureWithRest | undefined;
}

/** State of a journal. */
export interface JournalStats {
  /** Number of keys, generations and clears that have to be repeated. */
  readonly pending: number;
  /** `true` when everything has to be removed: after a `clear()`, or because there were too many. */
  readonly everything: boolean;
  /** Number of repetitions that reached the store. */
  readonly repeated: number;
}

/**
 * Removals that may not have reached the store: they are repeated until they have, and what they cover is absent here
 * until then. Values are not repeated, because nobody could order them among those of others.
 */
export class Journal {
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #names: Record<NameKind, Map<string, FailedRemoval>> = { keys: new Map(), generations: new Map() };
  readonly #clears = new FailedClears();
  #any = false;
  #repeated = 0;
  #running = false;
  #delayMs = FIRST_DELAY_MS;
  #timer: ScheduledTask | undefined;
  #closed = false;
  #removals: Removals | undefined;

  constructor(clock: IClock, logger: ILogger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Names the way to repeat removals. */
  repeatBy(removals: Removals): void {
    this.#removals = removals;
  }

  /** `true` while anything is covered; otherwise reads skip the check. */
  get any(): boolean {
    return this.#any;
  }

  covers(kind: NameKind, name: string): boolean {
    if (this.#names[kind].has(name)) return true;
    return kind === 'keys' ? this.#clears.covers(name) : this.#clears.hasAll;
  }

  /** `true` when the copy of a generation that is read with an entry may have been left. */
  coversScope(name: string, key: string): boolean {
    if (this.#clears.hasAll) return true;
    const removal = this.#names.generations.get(name);
    return removal !== undefined && removal.rest?.leftAt(key) !== false;
  }

  /**
   * Notes a removal that failed, unless it was refused: what was refused has not begun.
   *
   * @param begun  Moment at which it was called.
   */
  failed(kind: NameKind, names: readonly string[], error: unknown, begun: number): void {
    if (this.#closed || !mayRunLater(error)) return;
    const failed = failedNames(error);
    // The rest that a failure has left is known of one name only.
    const rest = names.length === 1 ? failureWithRest(error) : undefined;
    for (const name of names) {
      if (failed === undefined || failed.has(name)) this.#names[kind].set(name, { begun, rest });
    }
    if (this.#names.keys.size + this.#names.generations.size > MAX_NAMES) {
      this.failedClear(undefined, error, begun);
      // Without the entries that carry them, their tokens matter no more.
      this.#names.generations.clear();
    }
    this.#changed();
  }

  /** Notes a removal of what matches a pattern, or of everything, that failed. */
  failedClear(pattern: string | undefined, error: unknown, begun: number): void {
    if (this.#closed || !mayRunLater(error)) return;
    this.#clears.add(pattern, begun);
    if (this.#clears.hasAll) this.#names.keys.clear();
    this.#changed();
  }

  /** Forgets a name whose change has reached the store, if it was called after the removal. */
  reached(kind: NameKind, name: string, begun: number): void {
    if (!this.#any) return;
    const removal = this.#names[kind].get(name);
    if (removal !== undefined && removal.begun < begun) this.#names[kind].delete(name);
    this.#changed();
  }

  /** Forgets what a clear that has reached the store includes. */
  reachedClear(pattern: string | undefined, begun: number): void {
    if (!this.#any) return;
    this.#clears.reached(pattern, begun);
    if (pattern === undefined) {
      for (const [name, removal] of this.#names.keys)
        if (removal.begun < begun) this.#names.keys.delete(name);
    }
    this.#changed();
  }

  /** Sends clears that cover one of the keys again, before these are changed: they must not remove what comes now. */
  precede(keys: Iterable<string>): void {
    if (this.#clears.size === 0) return;
    for (const key of keys) {
      if (!this.#clears.covers(key)) continue;
      this.hurry();
      return;
    }
  }

  /** Repeats soon, because the store seems to answer again. */
  hurry(): void {
    if (!this.#any || this.#running || this.#closed) return;
    this.#delayMs = FIRST_DELAY_MS;
    this.#timer?.cancel();
    this.#timer = undefined;
    void this.#repeat();
  }

  stats(): JournalStats {
    const everything = this.#clears.hasAll;
    const clears = everything ? 0 : this.#clears.size;
    const pending = this.#names.keys.size + this.#names.generations.size + clears;
    return { pending, everything, repeated: this.#repeated };
  }

  /** Logs what never reached the store, and stops. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    const { pending, everything } = this.stats();
    if (this.#any) this.#logger.error('removals never reached the store', { lost: pending, everything });
  }

  /** Notes whether anything is left, and when to repeat it. */
  #changed(): void {
    this.#any = this.#clears.size > 0 || this.#names.keys.size > 0 || this.#names.generations.size > 0;
    if (this.#closed || this.#running || this.#timer !== undefined || !this.#any) return;
    this.#timer = this.#clock.schedule(this.#delayMs, () => {
      this.#timer = undefined;
      void this.#repeat();
    });
    this.#delayMs = Math.min(LAST_DELAY_MS, this.#delayMs * 2);
  }

  async #repeat(): Promise<void> {
    const removals = this.#removals;
    if (removals === undefined) return;
    this.#running = true;
    try {
      // A part of the store that is away must not keep the removals of the others waiting.
      const clears = this.#repeatClears(removals);
      const generations = await this.#repeatSome('generations', removals);
      const keys = await this.#repeatSome('keys', removals);
      if ((await clears) && generations && keys) this.#delayMs = FIRST_DELAY_MS;
    } finally {
      this.#running = false;
      this.#changed();
    }
  }

  /** @returns `true` when all of them have reached the store. */
  async #repeatClears(removals: Removals): Promise<boolean> {
    const remove = async (pattern: string | undefined): Promise<void> => {
      try {
        await removals.clear(pattern);
      } catch (error) {
        if (!ArgumentError.is(error)) throw error;
        const told = 'too many removals failed, and a store without a prefix cannot be emptied';
        this.#logger.error(told, {}, error);
      }
    };
    try {
      this.#repeated += await this.#clears.repeat(remove);
      return true;
    } catch {
      // The next attempt comes later; callers have been told of the first failure.
      return false;
    }
  }

  /** @returns `true` when all of them have reached the store. */
  async #repeatSome(kind: NameKind, removals: Removals): Promise<boolean> {
    const isBusy = (name: string) => kind === 'keys' && removals.isChanging(name);
    const known = [...this.#names[kind]].filter(([name]) => !isBusy(name));
    const whole = known.filter(([, { rest }]) => rest === undefined);
    const steps = Array.from({ length: Math.ceil(whole.length / NAMES_A_STEP) }, (_, step) =>
      whole.slice(step * NAMES_A_STEP, (step + 1) * NAMES_A_STEP),
    );
    for (const one of known) if (one[1].rest !== undefined) steps.push([one]);
    let isDone = known.length === this.#names[kind].size;
    for (const step of steps) {
      if (this.#closed) return false;
      const error = await this.#repeatStep(kind, removals, step);
      if (error !== undefined) isDone = false;
      if (error !== undefined && failedNames(error.reason) === undefined) break;
    }
    return isDone;
  }

  /** @returns The failure, if there is one. */
  async #repeatStep(
    kind: NameKind,
    removals: Removals,
    step: readonly (readonly [string, FailedRemoval])[],
  ): Promise<{ readonly reason: unknown } | undefined> {
    const names = step.map(([name]) => name);
    const current = this.#names[kind];
    let failure: { readonly reason: unknown } | undefined;
    try {
      await (kind === 'keys' ? removals.keys(names) : removals.generations(names, step[0]?.[1].rest));
    } catch (reason) {
      failure = { reason };
    }
    const failed = failure && (failedNames(failure.reason) ?? new Set(names));
    const rest = failure && failureWithRest(failure.reason);
    for (const [name, removal] of step) {
      if (current.get(name) !== removal) continue;
      if (failed?.has(name) !== true) {
        current.delete(name);
        this.#repeated++;
      } else if (removal.rest !== undefined && rest !== undefined) {
        current.set(name, { ...removal, rest });
      }
    }
    return failure;
  }
}

/** `false` for a failure that tells that nothing has happened and nothing will. */
function mayRunLater(error: unknown): boolean {
  if (ArgumentError.is(error) || DisposedError.is(error)) return false;
  if (OperationError.is(error) && UNABLE.has(error.reason ?? '')) return true;
  return !(ComponentError.is(error) && 'outcome' in error && error.outcome === 'refused');
}
