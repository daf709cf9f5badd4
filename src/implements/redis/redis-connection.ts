import { z } from 'zod';
import { IClock, type ScheduledTask } from '../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../interfaces/component.js';
import { ConnectionError, DisposedError, OperationError, ResolutionError } from '../../interfaces/errors.js';
import { type ILogger, ILoggerSite } from '../../interfaces/logger.js';
import type {
  ConnectionStatus,
  ExecuteOptions,
  IRedisConnection,
  RedisCommand,
  RedisReply,
  RedisScript,
} from '../../interfaces/redis-connection.js';
import { SystemClock } from '../clock/system-clock.js';
import { guardedLogger } from '../logger/guarded-logger.js';
import { IncidentFilter } from '../logger/incident-filter.js';
import { ProcessLoggerSite } from '../logger/process-logger-site.js';
import { requireDurationMs } from '../options/duration.js';
import { parseOptions } from '../options/parse.js';
import { backoffMs } from './backoff.js';
import { checkConnectionOptions, connectionShape, databaseOf, endpointOf } from './connection-options.js';
import { Link, type LinkEnd, type LinkOptions } from './link.js';

const AUTH_RETRY_MS = 5000;
/** A link that lived this long was a good one. */
const LASTING_MS = 5000;
const SCAN_PAGE = '512';

const declared = z
  .strictObject(connectionShape)
  .superRefine(checkConnectionOptions)
  .describe('A connection to Redis that several components share.');

/** Options of a `RedisConnection` that is constructed in code. */
export interface RedisConnectionOptions extends z.input<typeof declared> {
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/**
 * A connection to one Redis server. It heals itself: a link that breaks, or on which nothing was answered for
 * `commandTimeout`, is replaced by a new one, tried for at once and then every half second at most, until `close`.
 *
 * Calls never wait for it: while there is no link they are refused as `not-sent`.
 */
export class RedisConnection implements IRedisConnection, IComponent {
  static readonly component: ComponentDefinition<typeof declared, RedisConnection> = {
    options: declared,
    create: (site, options) =>
      new RedisConnection({
        ...options,
        clock: site.queryComponent(IClock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly database: string;
  readonly sharded = false;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #linkOptions: LinkOptions;
  readonly #commandTimeoutMs: number;
  readonly #required: boolean;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<{ readonly listener: (status: ConnectionStatus) => unknown }>();
  #status: ConnectionStatus = 'idle';
  #link: Link | undefined;
  #starting: Promise<void> | undefined;
  #retry: ScheduledTask | undefined;
  #endPause: (() => void) | undefined;
  /** Why there is no link; `undefined` while there is one. */
  #reason: Error | undefined;
  /** Attempts in a row that gave no link, or none that lasted. */
  #failures = 0;
  #readyAt = 0;
  /** Since when there is no link; `undefined` while there is one. */
  #lostAt: number | undefined;
  #isReported = false;
  readonly #incidents: IncidentFilter;

  constructor({ clock = new SystemClock(), loggerSite, ...options }: RedisConnectionOptions = {}) {
    const parsed = parseOptions(declared, 'RedisConnection', options);
    const endpoint = endpointOf(parsed);
    this.database = databaseOf(endpoint);
    this.#clock = clock;
    this.#logger = guardedLogger(
      loggerSite ?? new ProcessLoggerSite(clock),
      'inversify-cache.redis-connection',
    );
    this.#incidents = new IncidentFilter(clock);
    this.#commandTimeoutMs = parsed.commandTimeout ?? 1000;
    this.#required = parsed.required ?? false;
    this.#linkOptions = {
      endpoint,
      clock,
      connectTimeoutMs: parsed.connectTimeout ?? 5000,
      onEnd: (reason) => this.#onLinkEnd(reason),
    };
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  start(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#unavailable());
    this.#starting ??= this.#start();
    return this.#starting;
  }

  execute(command: RedisCommand, options?: ExecuteOptions): Promise<RedisReply> {
    const link = this.#link;
    if (link === undefined) return Promise.reject(this.#unavailable());
    try {
      return link.run(command, this.#timeoutMs(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async script(
    script: RedisScript,
    keys: readonly (string | Buffer)[],
    args: readonly (string | Buffer)[],
    options?: ExecuteOptions,
  ): Promise<RedisReply> {
    const tail = [String(keys.length), ...keys, ...args];
    const timeoutMs = this.#timeoutMs(options);
    const giveUpAt = this.#clock.now() + timeoutMs;
    try {
      return await this.execute(['EVALSHA', script.digest, ...tail], { timeout: timeoutMs });
    } catch (error) {
      if (!(OperationError.is(error) && error.reason === 'NOSCRIPT')) throw error;
      const timeout = Math.max(1, giveUpAt - this.#clock.now());
      return this.execute(['EVAL', script.source, ...tail], { timeout });
    }
  }

  async *scan(pattern: string, options?: ExecuteOptions): AsyncIterable<readonly Buffer[]> {
    let cursor = '0';
    do {
      const command = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_PAGE];
      const [next, keys] = (await this.execute(command, options)) as [Buffer, Buffer[]];
      cursor = next.toString();
      if (keys.length > 0) yield keys;
    } while (cursor !== '0');
  }

  async ping(options?: ExecuteOptions): Promise<number> {
    const sentAt = this.#clock.now();
    await this.execute(['PING'], options);
    return this.#clock.now() - sentAt;
  }

  on(_event: 'status', listener: (status: ConnectionStatus) => void): () => void {
    const registration = { listener };
    this.#listeners.add(registration);
    return () => this.#listeners.delete(registration);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#retry?.cancel();
    this.#endPause?.();
    const link = this.#link;
    this.#link = undefined;
    this.#setStatus('closed');
    link?.end(new DisposedError('the connection was closed'));
  }

  async #start(): Promise<void> {
    const giveUpAt = this.#clock.now() + this.#linkOptions.connectTimeoutMs;
    this.#setStatus('connecting');
    let failure = await this.#attempt();
    for (let attempt = 1; this.#required && isWorthAnother(failure); attempt++) {
      await this.#pause(backoffMs(attempt));
      const leftMs = giveUpAt - this.#clock.now();
      if (leftMs < 1 || this.#closing.signal.aborted) break;
      failure = await this.#attempt(leftMs);
    }
    if (failure === undefined) return;
    if (this.#closing.signal.aborted) throw this.#unavailable();
    if (this.#required) {
      await this.close();
      throw ConnectionError.is(failure) ? this.#unreachable(failure) : failure;
    }
    this.#report(`cannot reach ${this.database}: ${failure.message}`, failure);
    this.#retryLater();
  }

  /** Waits, but not beyond `close`. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#endPause = resolve;
      this.#retry = this.#clock.schedule(delayMs, resolve, { keepAlive: true });
    });
  }

  /** Tries once for a link; says why there is none. */
  async #attempt(connectTimeoutMs = this.#linkOptions.connectTimeoutMs): Promise<Error | undefined> {
    try {
      const link = await Link.open({ ...this.#linkOptions, connectTimeoutMs }, this.#closing.signal);
      if (this.#closing.signal.aborted) {
        link.end(new DisposedError('the connection was closed'));
        return this.#unavailable();
      }
      this.#link = link;
      this.#reason = undefined;
      this.#readyAt = this.#clock.now();
      this.#setStatus('ready');
      return undefined;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#reason = failure;
      const refused = ConnectionError.is(failure) && failure.code === 'E_CONNECTION_AUTH';
      if (!this.#closing.signal.aborted) this.#setStatus(refused ? 'auth-failed' : 'connecting');
      return failure;
    }
  }

  /** Tries again after a while, for as long as it takes. */
  #retryLater(): void {
    if (this.#closing.signal.aborted || ResolutionError.is(this.#reason)) return;
    this.#failures++;
    const before = this.#status;
    const delayMs = before === 'auth-failed' ? AUTH_RETRY_MS : backoffMs(this.#failures);
    this.#retry = this.#clock.schedule(delayMs, async () => {
      const failure = await this.#attempt();
      if (failure === undefined) {
        this.#reportEnd();
        return;
      }
      if (this.#status === 'auth-failed' && before !== 'auth-failed') {
        this.#report(`${this.database}: ${failure.message}`, failure);
      }
      this.#retryLater();
    });
  }

  #onLinkEnd(reason: LinkEnd): void {
    if (this.#closing.signal.aborted) return;
    this.#link = undefined;
    this.#reason = reason;
    this.#setStatus('connecting');
    // A link that did not last is one more attempt that failed, and no end of an incident.
    if (this.#clock.now() - this.#readyAt >= LASTING_MS) this.#failures = 0;
    this.#report(`lost ${this.database}: ${reason.message}; it is tried for until it answers`, reason);
    this.#retryLater();
  }

  /** One line for an incident; the next one says that it is over. */
  #report(message: string, error: Error): void {
    const code = 'code' in error ? String(error.code) : undefined;
    if (this.#lostAt !== undefined && code !== 'E_CONNECTION_AUTH') return;
    this.#lostAt ??= this.#clock.now();
    if (!this.#incidents.admits(String(code))) return;
    this.#isReported = true;
    this.#logger.warning(message, { code }, error);
  }

  #reportEnd(): void {
    const awayMs = Math.round(this.#clock.now() - (this.#lostAt ?? this.#clock.now()));
    this.#lostAt = undefined;
    if (this.#isReported) this.#logger.info(`${this.database} answers again`, { awayMs });
    this.#isReported = false;
    this.#incidents.end();
  }

  #setStatus(status: ConnectionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    const report = (error: unknown) => this.#logger.error('a listener of the status threw', {}, error);
    for (const { listener } of [...this.#listeners]) {
      try {
        Promise.resolve(listener(status)).catch(report);
      } catch (error) {
        report(error);
      }
    }
  }

  /** Why a call is refused. */
  #unavailable(): ConnectionError | DisposedError {
    if (this.#status === 'closed') return new DisposedError('this RedisConnection is closed');
    if (this.#status === 'idle') {
      return new ConnectionError('E_CONNECTION_REFUSED', 'this RedisConnection was not started', 'not-sent');
    }
    return this.#unreachable(this.#reason);
  }

  #unreachable(reason: Error | undefined): ConnectionError {
    const code = ConnectionError.is(reason) ? reason.code : 'E_CONNECTION_REFUSED';
    const why = reason === undefined ? 'it is still connecting' : reason.message;
    return new ConnectionError(code, `no connection to ${this.database}: ${why}`, 'not-sent');
  }

  #timeoutMs(options: ExecuteOptions | undefined): number {
    return options?.timeout === undefined ? this.#commandTimeoutMs : requireDurationMs(options.timeout);
  }
}

/** Whether a server that failed to answer may do so in a moment. Credentials do not get better by themselves. */
function isWorthAnother(failure: Error | undefined): boolean {
  return ConnectionError.is(failure) && failure.code !== 'E_CONNECTION_AUTH';
}
