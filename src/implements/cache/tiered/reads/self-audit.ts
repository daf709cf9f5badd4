import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import { setToZero } from '../../../foundation/call-counts.js';
import type { AnnouncingStore } from '../../change-feed.js';
import type { Copy } from '../memory/copies.js';
import type { TierMemory } from '../memory/tier-memory.js';

const INTERVAL_MS = 1000;
/** Maximum number of copies that are watched at once. */
const MAX_SUSPECTS = 16;

/** Copies that a tier has compared with the cache below. */
export interface AuditStats {
  /** Number of copies that were compared. */
  readonly compared: number;
  /** Number of them that were not what the cache below had: a message was on its way, or was lost. */
  readonly differing: number;
  /**
   * Number of those that could still be served after the bound: with `coherence: bus`, some program changes entries
   * without a `TieredCache`.
   */
  readonly late: number;
}

/** Copy that differed from the store, which may be served until the bound has passed. */
interface Suspect {
  readonly key: string;
  readonly copy: Copy<Uint8Array>;
  readonly until: number;
}

/**
 * Compares one copy a second with the store, and leaves it as it is: a check by other means than the protocol's own of
 * the promise that the protocol makes. It misses what does not stay wrong, and proves nothing.
 */
export class SelfAudit {
  readonly #store: AnnouncingStore;
  readonly #memory: TierMemory;
  readonly #clock: IClock;
  readonly #boundMs: number;
  readonly #logger: ILogger;
  readonly #counts = { compared: 0, differing: 0, late: 0 };
  #suspects: Suspect[] = [];
  #timer: ScheduledTask | undefined;
  #closed = false;

  constructor(store: AnnouncingStore, memory: TierMemory, clock: IClock, boundMs: number, logger: ILogger) {
    this.#store = store;
    this.#memory = memory;
    this.#clock = clock;
    this.#boundMs = boundMs;
    this.#logger = logger;
  }

  start(): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = this.#clock.schedule(INTERVAL_MS, () => {
      this.#timer = undefined;
      this.#judge();
      void this.#compare().finally(() => this.start());
    });
  }

  stats(): AuditStats {
    return { ...this.#counts };
  }

  resetStats(): void {
    setToZero(this.#counts);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#suspects = [];
  }

  async #compare(): Promise<void> {
    const { copies } = this.#memory;
    const key = copies.sample(this.#clock.now());
    const copy = key === undefined ? undefined : copies.peekValue(key, this.#clock.now());
    if (key === undefined || copy === undefined || !this.#isServed(copy)) return;
    const answer = await this.#store.read({ keys: [key], lives: false }).catch(() => undefined);
    const entry = answer?.entries[0];
    if (this.#closed || entry === undefined || entry.failure !== undefined) return;
    const now = this.#clock.now();
    if (copies.peekValue(key, now) !== copy) return;
    this.#counts.compared++;
    if (entry.value !== null && Buffer.compare(entry.value, copy.content) === 0) return;
    this.#counts.differing++;
    if (this.#suspects.length < MAX_SUSPECTS) this.#suspects.push({ key, copy, until: now + this.#boundMs });
  }

  /** Counts the suspects that could be served although the bound has passed, and drops them. */
  #judge(): void {
    const { copies } = this.#memory;
    const now = this.#clock.now();
    const current = this.#suspects.filter(({ key, copy }) => copies.peekValue(key, now) === copy);
    this.#suspects = current.filter(({ until }) => now <= until);
    for (const { key, copy, until } of current) {
      if (now <= until || !this.#isServed(copy)) continue;
      this.#counts.late++;
      this.#memory.dropValues([key]);
      this.#logger.error('a copy in memory was older than the bound', { late: this.#counts.late });
    }
  }

  #isServed(copy: Copy<Uint8Array>): boolean {
    return this.#clock.now() < this.#memory.proof.deadline(copy);
  }
}
