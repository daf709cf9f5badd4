import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { wallTimeMs } from '../../foundation/clock/wall-time.js';
import { conflict, MAX_ATTEMPTS, type SessionRecord } from './session-calls.js';
import type { SessionAccess } from './session-id.js';
import type { SessionLives } from './session-options.js';

/** Interval at which sessions that have ended are forgotten. */
const SWEEP_MS = 10_000;

interface Entry {
  readonly digest: string;
  readonly json: string;
  readonly userId: string | undefined;
  readonly createdAtMs: number;
  /** Moments of the clock at which it ends: without a use, and in any case. */
  readonly idleAt: number;
  readonly absoluteAt: number;
}

/**
 * Sessions in the memory of this process, of at most a number: beyond it, the one that was used longest ago ends. One
 * timer for all of them, which does not keep the process alive.
 */
export class MemorySessions {
  readonly #lives: SessionLives;
  readonly #maxSessions: number;
  readonly #clock: IClock;
  /** Difference between the system time at the start and the clock. */
  readonly #offsetMs: number;
  /** By line, in the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #lines = new Map<string, Set<string>>();
  #sweep: ScheduledTask | undefined;

  constructor(lives: SessionLives, maxSessions: number, clock: IClock) {
    this.#lives = lives;
    this.#maxSessions = maxSessions;
    this.#clock = clock;
    this.#offsetMs = wallTimeMs() - clock.now();
  }

  /** Number of sessions that take memory. */
  get size(): number {
    return this.#entries.size;
  }

  create({ line, digest }: SessionAccess, json: string, userId: string | undefined): SessionRecord {
    const now = this.#clock.now();
    const createdAtMs = Math.floor(now + this.#offsetMs);
    const { idleMs, absoluteMs } = this.#lives;
    const entry = { digest, json, userId, createdAtMs, idleAt: now + idleMs, absoluteAt: now + absoluteMs };
    this.#entries.set(line, entry);
    if (userId !== undefined) {
      const lines = this.#lines.get(userId) ?? new Set();
      this.#lines.set(userId, lines.add(line));
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxSessions) break;
      this.#forget(oldest);
    }
    this.#sweep ??= this.#clock.schedule(SWEEP_MS, () => this.#forgetEnded());
    return this.#recordOf(entry);
  }

  /**
   * Uses a session, and changes it. A change that itself called the store, and so changed the session, runs again.
   *
   * @returns `undefined` when the id opens none.
   */
  use({ line, digest }: SessionAccess, change: (entry: Entry) => Partial<Entry>): SessionRecord | undefined {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const entry = this.#living(line);
      if (entry?.digest !== digest) return undefined;
      const changes = change(entry);
      if (this.#living(line) !== entry) continue;
      const used = { ...entry, ...changes, idleAt: this.#clock.now() + this.#lives.idleMs };
      this.#entries.delete(line);
      this.#entries.set(line, used);
      return this.#recordOf(used);
    }
    throw conflict();
  }

  destroy({ line, digest }: SessionAccess): boolean {
    if (this.#living(line)?.digest !== digest) return false;
    this.#forget(line);
    return true;
  }

  destroyAll(userId: string): number {
    const lines = this.linesOf(userId).filter((line) => this.#living(line) !== undefined);
    for (const line of this.linesOf(userId)) this.#forget(line);
    return lines.length;
  }

  /** Lines of the sessions of a user. */
  linesOf(userId: string): string[] {
    return [...(this.#lines.get(userId) ?? [])];
  }

  /** Returns a session without using it. */
  peek(line: string): SessionRecord | undefined {
    const entry = this.#living(line);
    return entry && this.#recordOf(entry);
  }

  close(): void {
    this.#sweep?.cancel();
    this.#entries.clear();
    this.#lines.clear();
  }

  #living(line: string): Entry | undefined {
    const entry = this.#entries.get(line);
    if (entry === undefined || this.#endOf(entry) > this.#clock.now()) return entry;
    this.#forget(line);
    return undefined;
  }

  #endOf({ idleAt, absoluteAt }: Entry): number {
    return Math.min(idleAt, absoluteAt);
  }

  #recordOf(entry: Entry): SessionRecord {
    const { json, userId, createdAtMs } = entry;
    const remainingMs = Math.ceil(this.#endOf(entry) - this.#clock.now());
    return { json, userId, createdAtMs, remainingMs };
  }

  #forget(line: string): void {
    const userId = this.#entries.get(line)?.userId;
    this.#entries.delete(line);
    if (userId === undefined) return;
    const lines = this.#lines.get(userId);
    lines?.delete(line);
    if (lines?.size === 0) this.#lines.delete(userId);
  }

  /** The first that lives ends the search: whoever was used later ends later, or is found when it is not used. */
  #forgetEnded(): void {
    const now = this.#clock.now();
    for (const [line, entry] of this.#entries) {
      if (entry.idleAt > now) break;
      this.#forget(line);
    }
    this.#sweep =
      this.#entries.size === 0 ? undefined : this.#clock.schedule(SWEEP_MS, () => this.#forgetEnded());
  }
}
