import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { DisposedError } from '../../../interfaces/errors.js';
import type {
  CreateSessionOptions,
  ISessionStore,
  Session,
  SessionCallOptions,
  SessionData,
  SessionSummary,
} from '../../../interfaces/session-store.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { referenceOption } from '../../foundation/options/text.js';
import { MemorySessions } from './memory-sessions.js';
import {
  changed,
  checkChange,
  checkedAccess,
  jsonOf,
  refuseAborted,
  sessionOf,
  summaryOf,
} from './session-calls.js';
import { newAccess, newPlace, type SessionAccess } from './session-id.js';
import { livesOf, sessionShape } from './session-options.js';

const declared = z
  .strictObject({
    ...sessionShape,
    maxSessions: z
      .int()
      .min(1)
      .default(100_000)
      .describe('Maximum number of sessions; beyond it, the one that was used longest ago ends.'),
    clock: referenceOption('IClock').optional().describe('Clock. Default: the monotonic system clock.'),
  })
  .describe('Sessions in the memory of this process.');

/** Options of a `MemorySessionStore` that is constructed in code. */
export interface MemorySessionStoreOptions extends Omit<z.input<typeof declared>, 'clock'> {
  /** Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/**
 * Sessions in the memory of this process, for tests and for applications of one process; they end with it. It keeps the
 * promises of `RedisSessionStore`.
 *
 * @example
 * ```ts
 * const sessions = new MemorySessionStore({ idle: '30m', absolute: '12h' });
 * ```
 */
export class MemorySessionStore implements ISessionStore, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemorySessionStore> = {
    options: declared,
    create: (site, { clock, ...options }) =>
      new MemorySessionStore({
        ...options,
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
      }),
  };

  readonly #sessions: MemorySessions;
  readonly #maxDataBytes: number;
  #closed = false;

  constructor({ clock = new SystemClock(), ...options }: MemorySessionStoreOptions = {}) {
    const { maxSessions, maxDataBytes, ...lives } = parseOptions(declared, 'MemorySessionStore', options);
    this.#sessions = new MemorySessions(livesOf(lives), maxSessions, clock);
    this.#maxDataBytes = maxDataBytes;
  }

  async create(data: SessionData, options: CreateSessionOptions = {}): Promise<Session> {
    const { userId } = options;
    if (userId !== undefined) checkKey(userId, 'userId');
    const json = jsonOf(data, this.#maxDataBytes);
    this.#checkOpen();
    refuseAborted(options);
    const access = newAccess(newPlace(userId));
    return sessionOf(access, this.#sessions.create(access, json, userId));
  }

  async get(id: string, options?: SessionCallOptions): Promise<Session | undefined> {
    return this.#use(this.#access(id, options), () => ({}));
  }

  async update(
    id: string,
    change: (data: SessionData) => SessionData,
    options?: SessionCallOptions,
  ): Promise<Session | undefined> {
    checkChange(change);
    const access = this.#access(id, options);
    return this.#use(access, ({ json }) => ({ json: changed(change, json, this.#maxDataBytes) }));
  }

  async touch(id: string, options?: SessionCallOptions): Promise<boolean> {
    const access = this.#access(id, options);
    return access !== undefined && this.#sessions.use(access, () => ({})) !== undefined;
  }

  async regenerate(id: string, options?: SessionCallOptions): Promise<Session | undefined> {
    const access = this.#access(id, options);
    if (access === undefined) return undefined;
    const next = newAccess(access);
    const record = this.#sessions.use(access, () => ({ digest: next.digest }));
    return record && sessionOf(next, record);
  }

  async destroy(id: string, options?: SessionCallOptions): Promise<boolean> {
    const access = this.#access(id, options);
    return access !== undefined && this.#sessions.destroy(access);
  }

  async destroyAll(userId: string, options?: SessionCallOptions): Promise<number> {
    this.#checkUser(userId, options);
    return this.#sessions.destroyAll(userId);
  }

  async *list(userId: string, options?: SessionCallOptions): AsyncGenerator<SessionSummary, void, undefined> {
    this.#checkUser(userId, options);
    for (const line of this.#sessions.linesOf(userId)) {
      this.#checkOpen();
      refuseAborted(options);
      const record = this.#sessions.peek(line);
      if (record !== undefined) yield summaryOf({ line }, record);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sessions.close();
  }

  #access(id: string, options: SessionCallOptions | undefined): SessionAccess | undefined {
    const access = checkedAccess(id, options);
    this.#checkOpen();
    return access;
  }

  #use(access: SessionAccess | undefined, change: Parameters<MemorySessions['use']>[1]): Session | undefined {
    const record = access && this.#sessions.use(access, change);
    return access && record && sessionOf(access, record);
  }

  #checkUser(userId: string, options: SessionCallOptions | undefined): void {
    checkKey(userId, 'userId');
    this.#checkOpen();
    refuseAborted(options);
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this MemorySessionStore is closed');
  }
}
