import { z } from 'zod';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../../interfaces/component.js';
import { DisposedError } from '../../../interfaces/errors.js';
import type { HealthQuery } from '../../../interfaces/health.js';
import type { RedisHealth } from '../../../interfaces/redis-health.js';
import type {
  CreateSessionOptions,
  ISessionStore,
  Session,
  SessionCallOptions,
  SessionData,
  SessionSummary,
} from '../../../interfaces/session-store.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { defaultsOf } from '../../foundation/options/defaults.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  connected,
  declaredComponent,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import type { ConnectionHandle } from '../../redis/connection-handle.js';
import { RedisSessions } from './redis-sessions.js';
import {
  changed,
  checkChange,
  checkedAccess,
  conflict,
  jsonOf,
  MAX_ATTEMPTS,
  refuseAborted,
  sessionOf,
  summaryOf,
} from './session-calls.js';
import { groupOf, newAccess, newPlace, type SessionAccess } from './session-id.js';
import { livesOf, sessionShape } from './session-options.js';
import { Turns } from './turns.js';

const declared = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('session:')
      .describe('Prefix of every key. Stores with the same prefix share their sessions.'),
    ...sessionShape,
  })
  .superRefine(checkComponentConnection)
  .describe('Sessions in Redis, shared by all processes with the same prefix.');

const DEFAULTS = defaultsOf(declared, ['commandTimeout']);

type Written = Omit<z.input<typeof declared>, ComponentConnectionOption>;

/** Options of a `RedisSessionStore` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisSessionStoreOptions = ComponentConnection & Written;

type UncheckedOptions = UncheckedComponentConnection & Written;

/**
 * Sessions in Redis, shared by all processes. Each call is one script, one round trip (`update`: two, and one more for
 * each change of another process meanwhile); the clock of the server tells the time.
 *
 * @example
 * ```ts
 * const sessions = new RedisSessionStore({ connection, prefix: 'app:sessions:', idle: '30m' });
 * ```
 */
export class RedisSessionStore implements ISessionStore, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof declared, RedisSessionStore> = {
    options: declared,
    create: (site, options, context) => {
      const checked: UncheckedOptions = declaredComponent(site, options, context);
      return new RedisSessionStore(checked as RedisSessionStoreOptions);
    },
  };

  readonly keySpace: KeySpaceClaim;
  readonly #sessions: RedisSessions;
  readonly #turns: Turns;
  readonly #maxDataBytes: number;
  /** Bound of an `update`, all attempts together. */
  readonly #timeoutMs: number;
  readonly #handle: ConnectionHandle;
  #closed = false;

  constructor(options: RedisSessionStoreOptions = {}) {
    const parsed = connected(declared, 'RedisSessionStore', options);
    const { connection, handle, timeoutMs, clock, loggerSite } = parsed;
    const { prefix, maxDataBytes, ...lives } = parsed.options;
    this.#sessions = new RedisSessions(connection, prefix, livesOf(lives), timeoutMs);
    this.#turns = new Turns(clock);
    this.#maxDataBytes = maxDataBytes;
    this.#timeoutMs = timeoutMs ?? connection.commandTimeoutMs ?? DEFAULTS.commandTimeout;
    this.#handle = handle;
    const logger = guardedLogger(loggerSite, 'inversify-cache.redis-session-store');
    handle.warnOfEviction(logger, 'it evicts sessions, and logs their users out');
    this.keySpace = handle.claim(prefix);
  }

  async create(data: SessionData, { userId, signal }: CreateSessionOptions = {}): Promise<Session> {
    if (userId !== undefined) checkKey(userId, 'userId');
    const json = jsonOf(data, this.#maxDataBytes);
    this.#checkOpen();
    refuseAborted({ signal });
    const access = newAccess(newPlace(userId));
    return sessionOf(access, await this.#sessions.create(access, json, userId, { signal }));
  }

  async get(id: string, options: SessionCallOptions = {}): Promise<Session | undefined> {
    const access = this.#access(id, options);
    const record = access && (await this.#sessions.get(access, options));
    return access && record && sessionOf(access, record);
  }

  async update(
    id: string,
    change: (data: SessionData) => SessionData,
    { signal }: SessionCallOptions = {},
  ): Promise<Session | undefined> {
    checkChange(change);
    const access = this.#access(id, { signal });
    if (access === undefined) return undefined;
    const bounds = { timeoutMs: this.#timeoutMs, signal };
    return this.#turns.run(access.line, bounds, async (leftMs) => {
      const call = () => ({ signal, timeout: leftMs() });
      let record = await this.#sessions.get(access, call());
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        if (record === undefined) return undefined;
        const json = changed(change, record.json, this.#maxDataBytes);
        const answer = await this.#sessions.update(access, record.version, json, call());
        if (answer === undefined) return undefined;
        if (answer.isChanged) return sessionOf(access, answer.record);
        record = answer.record;
      }
      throw conflict();
    });
  }

  async touch(id: string, options: SessionCallOptions = {}): Promise<boolean> {
    const access = this.#access(id, options);
    return access !== undefined && this.#sessions.touch(access, options);
  }

  async regenerate(id: string, options: SessionCallOptions = {}): Promise<Session | undefined> {
    const access = this.#access(id, options);
    if (access === undefined) return undefined;
    const next = newAccess(access);
    const record = await this.#sessions.regenerate(access, next, options);
    return record && sessionOf(next, record);
  }

  async destroy(id: string, options: SessionCallOptions = {}): Promise<boolean> {
    const access = this.#access(id, options);
    return access !== undefined && this.#sessions.destroy(access, options);
  }

  async destroyAll(userId: string, options: SessionCallOptions = {}): Promise<number> {
    this.#checkUser(userId, options);
    return this.#sessions.destroyAll(groupOf(userId), options);
  }

  async *list(
    userId: string,
    options: SessionCallOptions = {},
  ): AsyncGenerator<SessionSummary, void, undefined> {
    this.#checkUser(userId, options);
    for await (const page of this.#sessions.pages(groupOf(userId), options)) {
      for (const [line, record] of page) yield summaryOf({ line }, record);
      this.#checkUser(userId, options);
    }
  }

  /** Reports the state of the connection, within 100 ms. Never rejects. */
  health(query?: HealthQuery): Promise<RedisHealth> {
    return this.#handle.health(query);
  }

  async start(): Promise<void> {
    await this.#handle.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#handle.close();
  }

  #access(id: string, options: SessionCallOptions): SessionAccess | undefined {
    const access = checkedAccess(id, options);
    this.#checkOpen();
    return access;
  }

  #checkUser(userId: string, options: SessionCallOptions): void {
    checkKey(userId, 'userId');
    this.#checkOpen();
    refuseAborted(options);
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this RedisSessionStore is closed');
  }
}
