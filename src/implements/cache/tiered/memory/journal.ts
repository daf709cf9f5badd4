import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { ArgumentError, ComponentError, DisposedError } from '../../../../interfaces/errors.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import { failedNames } from '../../../foundation/partial-failure.js';

/** Number of names from which one `clear` is the cheaper repetition, and bounds what is remembered. */
const MAX_NAMES = 10_000;
const NAMES_A_STEP = 512;
const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 5_000;

/** Kind of a name. */
export type NameKind = 'keys' | 'generations';

/** Ways to repeat a removal: as an own change, which leaves no copies. */
export interface Removals {
  keys(names: readonly string[]): Promise<unknown>;
  generations(names: readonly string[]): Promise<unknown>;
  everything(): Promise<unknown>;
}

/** State of a journal. */
export interface JournalStats {
  /** Number of keys and generations whose removal has to be repeated. */
  readonly pending: number;
  /** `true` when there were too many: everything is removed. */
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
  readonly #names: Record<NameKind, Map<string, symbol>> = { keys: new Map(), generations: new Map() };
  #everything = false;
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
    return this.#everything || this.#names.keys.size > 0 || this.#names.generations.size > 0;
  }

  covers(kind: NameKind, name: string): boolean {
    return this.#everything || this.#names[kind].has(name);
  }

  /** Notes a removal that failed, unless it was refused: what was refused has not begun. */
  failed(kind: NameKind, names: readonly string[], error: unknown): void {
    if (this.#closed || !mayRunLater(error)) return;
    const failed = failedNames(error);
    for (const name of names) {
      if (failed === undefined || failed.has(name)) this.#names[kind].set(name, Symbol());
    }
    if (this.#names.keys.size + this.#names.generations.size > MAX_NAMES) this.failedEverything(error);
    this.#schedule();
  }

  /** Notes a removal of everything that failed. */
  failedEverything(error: unknown): void {
    if (this.#closed || !mayRunLater(error)) return;
    this.#everything = true;
    this.#names.keys.clear();
    this.#schedule();
  }

  /** Forgets a name whose later change has reached the store. */
  reached(kind: NameKind, name: string): void {
    if (this.#names[kind].size > 0) this.#names[kind].delete(name);
  }

  reachedEverything(): void {
    this.#everything = false;
    this.#names.keys.clear();
  }

  /** Repeats soon, because the store seems to answer again. */
  hurry(): void {
    if (!this.any || this.#running) return;
    this.#delayMs = FIRST_DELAY_MS;
    this.#timer?.cancel();
    this.#timer = undefined;
    void this.#repeat();
  }

  stats(): JournalStats {
    const pending = this.#names.keys.size + this.#names.generations.size;
    return { pending, everything: this.#everything, repeated: this.#repeated };
  }

  /** Logs what never reached the store, and stops. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    const { pending, everything } = this.stats();
    if (this.any) this.#logger.error('removals never reached the store', { lost: pending, everything });
  }

  #schedule(): void {
    if (this.#closed || this.#running || this.#timer !== undefined || !this.any) return;
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
      if (this.#everything) await this.#repeatEverything(removals);
      await this.#repeatSome('generations', (names) => removals.generations(names));
      await this.#repeatSome('keys', (names) => removals.keys(names));
      this.#delayMs = FIRST_DELAY_MS;
    } catch {
      // The next attempt is scheduled below; callers have been told of the first failure.
    } finally {
      this.#running = false;
      this.#schedule();
    }
  }

  async #repeatEverything(removals: Removals): Promise<void> {
    try {
      await removals.everything();
    } catch (error) {
      if (!ArgumentError.is(error)) throw error;
      this.#logger.error(
        'too many removals failed, and a store without a prefix cannot be emptied',
        {},
        error,
      );
    }
    this.#everything = false;
    this.#repeated++;
  }

  async #repeatSome(kind: NameKind, remove: (names: readonly string[]) => Promise<unknown>): Promise<void> {
    const names = this.#names[kind];
    while (names.size > 0 && !this.#closed) {
      const step = [...names].slice(0, NAMES_A_STEP);
      let failed: ReadonlySet<string> | undefined;
      let failure: { readonly error: unknown } | undefined;
      try {
        await remove(step.map(([name]) => name));
      } catch (error) {
        failed = failedNames(error);
        failure = { error };
        if (failed === undefined) throw error;
      }
      for (const [name, mark] of step) {
        if (failed?.has(name) || names.get(name) !== mark) continue;
        names.delete(name);
        this.#repeated++;
      }
      if (failure !== undefined) throw failure.error;
    }
  }
}

/** `false` for a failure that tells that nothing has happened and nothing will. */
function mayRunLater(error: unknown): boolean {
  if (ArgumentError.is(error) || DisposedError.is(error)) return false;
  return !(ComponentError.is(error) && 'outcome' in error && error.outcome === 'refused');
}
