import type { IClock } from '../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../interfaces/component.js';
import { ConnectionError, DisposedError, OperationError } from '../../interfaces/errors.js';
import type { HealthQuery } from '../../interfaces/health.js';
import type { ILogger } from '../../interfaces/logger.js';
import type {
  BlockingOptions,
  CallOptions,
  ExecuteOptions,
  PipelineCommand,
  RedisCommand,
  RedisReply,
  RedisResult,
  RedisScript,
  RedisWord,
  ScriptOptions,
  TransactionOptions,
  TransactionRead,
} from '../../interfaces/redis-command.js';
import type { IRedisConnection, RedisConnectionEvents } from '../../interfaces/redis-connection.js';
import type {
  CircuitState,
  ConnectionStatus,
  RedisHealth,
  RedisInfo,
} from '../../interfaces/redis-health.js';
import type {
  ISubscription,
  RedisMessage,
  SubscribeOptions,
  SubscriptionTarget,
} from '../../interfaces/redis-subscription.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { guardedLogger } from '../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { parseOptions } from '../foundation/options/parse-options.js';
import { pause } from '../foundation/waiting/pause.js';
import { unlessAborted, within } from '../foundation/waiting/within.js';
import { checkedText } from './commands/command.js';
import { Requests } from './commands/requests.js';
import { loadDriver } from './driver/driver.js';
import { unreachable } from './driver/unreachable.js';
import { Adviser } from './health/adviser.js';
import { ConnectionState } from './health/connection-state.js';
import { IncidentLog } from './health/incident-log.js';
import { parseInfo } from './health/info.js';
import { retryDelayMs } from './link/retry-delay.js';
import { withSources } from './options/sourced-options.js';
import {
  boundsOf,
  declaredOptions,
  isRequired,
  type RedisConnectionOptions,
  redisConnectionSchema,
  sourcesOf,
  type UncheckedConnectionOptions,
} from './redis-connection-options.js';
import { type StreamMasters, type StreamSource, streamSource } from './streams/stream-source.js';
import { Subscriber } from './subscriptions/subscriber.js';
import { checkedSubscription } from './subscriptions/subscription-request.js';
import type { NodeBounds } from './topology/redis-node.js';
import { accessOf, databaseOf, dbOf, type Target, targetOf, tlsWarning } from './topology/target.js';
import type { Topology } from './topology/topology.js';
import { topologyOf } from './topology/topology-of.js';

const HEALTH_MS = 100;

/**
 * A connection to Redis: to one server, to the master that Sentinels name, or to a cluster. It reconnects by itself
 * until `close`: a link that breaks, or that gets no reply for a second, is replaced by a new one; the first attempt
 * follows at once, later ones at most half a second apart.
 *
 * @example
 * ```ts
 * const connection = new RedisConnection({
 *   url: process.env.REDIS_URL ?? 'redis://localhost:6379',
 *   commandTimeout: '500ms',
 * });
 * await connection.start(); // Resolves without Redis too; the connection keeps trying.
 *
 * const users = new RedisCache({ connection, prefix: 'shared:users:' });
 * const pages = new RedisCache({ connection, prefix: 'shared:pages:', maxValueBytes: '1MiB' });
 * ```
 */
export class RedisConnection implements IRedisConnection, IComponent, StreamSource {
  static readonly component: ComponentDefinition<typeof redisConnectionSchema, RedisConnection> = {
    options: redisConnectionSchema,
    create: (site, options, context) => {
      const checked: UncheckedConnectionOptions = declaredOptions(site, options, context);
      return new RedisConnection(checked as RedisConnectionOptions);
    },
  };

  readonly database: string;
  readonly sharded: boolean;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #target: Target;
  /** `undefined` when the environment switches the connection off. */
  readonly #topology: Topology | undefined;
  readonly #requests: Requests;
  readonly #subscriber: Subscriber;
  readonly #incidents: IncidentLog;
  readonly #bounds: NodeBounds;
  readonly #required: boolean;
  readonly #state: ConnectionState;
  readonly #adviser: Adviser;
  readonly #tlsWarning: string | undefined;
  #starting: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(options: RedisConnectionOptions = {}) {
    const given: UncheckedConnectionOptions = options;
    const { clock = new SystemClock(), loggerSite, credentials, config, env, ...written } = given;
    const ports = { credentials, config };
    const parsed = parseOptions(redisConnectionSchema, 'RedisConnection', written, { ports });
    const complete = withSources(parsed, sourcesOf(parsed, env ?? process.env));
    const wanted = complete ?? parsed;
    this.#target = targetOf(wanted);
    this.database = databaseOf(this.#target);
    this.sharded = this.#target.mode === 'cluster';
    this.#clock = clock;
    const topic = 'inversify-cache.redis-connection';
    this.#logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), topic);
    this.#state = new ConnectionState(this.#logger);
    this.#incidents = new IncidentLog(clock, this.#logger);
    this.#required = isRequired(wanted);
    this.#bounds = boundsOf(wanted, clock, this.database);
    const { connectTimeoutMs, commandTimeoutMs } = this.#bounds;
    const topology = topologyOf(this.#target, this.#bounds, () => this.#onChange());
    this.#topology = complete === undefined ? undefined : topology;
    if (complete === undefined) topology.close();
    this.#requests = new Requests(topology, clock, commandTimeoutMs);
    const { password, provider, tls } = accessOf(this.#target);
    this.#tlsWarning = tlsWarning(parsed.tls, tls);
    this.#adviser = new Adviser({
      clock,
      logger: this.#logger,
      ask: (command) => this.#requests.execute(command, { reply: 'text' }),
      database: this.database,
      unprotected: password === undefined && provider === undefined,
    });
    this.#subscriber = new Subscriber({
      clock,
      logger: this.#logger,
      topology,
      connectTimeoutMs,
      commandTimeoutMs,
    });
  }

  get status(): ConnectionStatus {
    return this.#state.status;
  }

  get circuit(): CircuitState {
    return this.#state.circuit;
  }

  get commandTimeoutMs(): number {
    return this.#bounds.commandTimeoutMs;
  }

  get client(): unknown {
    return this.#topology?.masters.find((node) => node.passes)?.client;
  }

  get [streamSource](): StreamMasters {
    const { connectTimeoutMs, commandTimeoutMs } = this.#bounds;
    const { masters = [], slots } = (this.#closed ? undefined : this.#topology) ?? {};
    const roleBy = this.#target.mode === 'sentinel' ? 'ROLE' : 'INFO';
    return { db: dbOf(this.#target), connectTimeoutMs, commandTimeoutMs, roleBy, masters, slots };
  }

  start(): Promise<void> {
    if (this.#closed) return Promise.reject(this.#unavailable());
    this.#starting ??= this.#start();
    return this.#starting;
  }

  execute(command: RedisCommand, options?: ExecuteOptions): Promise<RedisReply> {
    try {
      return this.#open.execute(command, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async pipeline(
    commands: readonly PipelineCommand[],
    options?: CallOptions,
  ): Promise<readonly RedisResult[]> {
    return this.#open.pipeline(commands, options);
  }

  async transaction(
    commands: readonly RedisCommand[] | ((read: TransactionRead) => Promise<readonly RedisCommand[]>),
    options?: TransactionOptions,
  ): Promise<readonly RedisResult[] | null> {
    return this.#open.transaction(commands, options);
  }

  async script(
    script: RedisScript,
    keys: readonly RedisWord[],
    args: readonly RedisWord[],
    options?: ScriptOptions,
  ): Promise<RedisReply> {
    try {
      const reply = await this.#open.script(script, keys, args, options);
      this.#adviser.allowed(script.digest);
      return reply;
    } catch (error) {
      if (OperationError.is(error) && error.reason === 'NOPERM') this.#adviser.refused(script.digest, error);
      throw error;
    }
  }

  async blocking(command: RedisCommand, options: BlockingOptions): Promise<RedisReply> {
    return this.#open.blocking(command, options);
  }

  async *scan(pattern: string, options?: CallOptions): AsyncIterable<readonly Buffer[]> {
    yield* this.#open.scan(pattern, options);
  }

  async subscribe(
    target: SubscriptionTarget,
    handler: (message: RedisMessage) => unknown,
    options: SubscribeOptions = {},
  ): Promise<ISubscription> {
    const request = checkedSubscription(target, handler, options, this.#bounds.commandTimeoutMs);
    void this.#open;
    return this.#subscriber.subscribe(request, options.signal);
  }

  async ping(options?: CallOptions): Promise<number> {
    const sentAt = this.#clock.now();
    await this.#open.askMasters(['PING'], options);
    return this.#clock.now() - sentAt;
  }

  async info(section?: string, options?: CallOptions): Promise<readonly RedisInfo[]> {
    const answers = await this.#open.askMasters(
      section === undefined ? ['INFO'] : ['INFO', checkedText(section, 'a section')],
      options,
    );
    return answers.map(([node, text]) => parseInfo(node.name, String(text)));
  }

  async health({ active = true }: HealthQuery = {}): Promise<RedisHealth> {
    const { status, circuit } = this;
    const ping = active ? this.ping().catch(() => null) : Promise.resolve(null);
    const pingMs = await within<number | null>(this.#clock, HEALTH_MS, ping, { late: () => null });
    const reason = status === 'ready' ? null : this.#unavailable().message;
    const nodes = this.#topology?.masters.map((node) => node.health) ?? [];
    const advice = this.#adviser.texts;
    return { status, circuit, pingMs, reason, required: this.#required, advice, nodes };
  }

  on<Event extends keyof RedisConnectionEvents>(
    event: Event,
    listener: (state: RedisConnectionEvents[Event]) => void,
  ): () => void {
    return this.#state.on(event, listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closing.abort();
    this.#adviser.close();
    this.#subscriber.close();
    this.#topology?.close();
    this.#state.becomes('closed', 'open');
  }

  async #start(): Promise<void> {
    const topology = this.#topology;
    if (topology === undefined) {
      this.#logger.info(`${this.database} is switched off by its environment`, {});
      return;
    }
    if (this.#tlsWarning !== undefined) this.#logger.warning(`${this.database}: ${this.#tlsWarning}`, {});
    this.#state.becomes('connecting');
    // The time of the server begins when our own work is done. An attempt reports that the driver is missing.
    await unlessAborted(loadDriver(), this.#closing.signal, () => undefined).catch(() => undefined);
    const giveUpAt = this.#clock.now() + this.#bounds.connectTimeoutMs;
    let failure = await topology.attempt(this.#bounds.connectTimeoutMs);
    for (let attempt = 1; this.#required && isWorthAnother(failure); attempt++) {
      await pause(this.#clock, retryDelayMs(attempt), {
        signal: this.#closing.signal,
        aborted: () => undefined, // Checked below.
      });
      const leftMs = giveUpAt - this.#clock.now();
      if (leftMs < 1 || this.#closed) break;
      failure = await topology.attempt(leftMs);
    }
    if (this.#closed) throw this.#unavailable();
    if (failure !== undefined && this.#required) {
      await this.close();
      throw ConnectionError.is(failure) ? unreachable(this.database, failure) : failure;
    }
    if (failure !== undefined)
      this.#incidents.begin(`cannot reach ${this.database}: ${failure.message}`, failure);
    topology.keepTrying();
  }

  /** Updates status, circuit and log after one of the nodes has changed. */
  #onChange(): void {
    const topology = this.#topology;
    if (topology === undefined || this.#closed) return;
    const { status, reason } = topology;
    if (status === 'idle') return;
    this.#subscriber.follow();
    const before = this.#state.status;
    this.#state.becomes(status, worstOf(topology.masters.map(({ circuit }) => circuit)));
    if (status === 'ready') {
      this.#incidents.end(`${this.database} answers again`);
      this.#adviser.askSoon();
    } else if (reason !== undefined && (before === 'ready' || status === 'auth-failed')) {
      const what = status === 'auth-failed' ? `${this.database}: ` : `lost ${this.database}: `;
      const then = status === 'auth-failed' ? '' : '; reconnecting';
      this.#incidents.begin(`${what}${reason.message}${then}`, reason);
    }
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Requests of an open connection. @throws {ConnectionError} {DisposedError} when no call can succeed now. */
  get #open(): Requests {
    if (this.#closed || this.#topology === undefined || this.#starting === undefined)
      throw this.#unavailable();
    return this.#requests;
  }

  /** Reason why a call is refused. */
  #unavailable(): ConnectionError | DisposedError {
    if (this.#closed) return new DisposedError('this RedisConnection is closed');
    const refused = (text: string) => new ConnectionError('E_CONNECTION_REFUSED', text, 'not-sent');
    if (this.#topology === undefined)
      return refused('this RedisConnection is switched off by its environment');
    if (this.#starting === undefined) return refused('this RedisConnection was not started');
    return unreachable(this.database, this.#topology.reason);
  }
}

/** `true` when another attempt may succeed soon. Refused credentials are not retried during the start. */
function isWorthAnother(failure: Error | undefined): boolean {
  return ConnectionError.is(failure) && failure.code !== 'E_CONNECTION_AUTH';
}

function worstOf(circuits: readonly CircuitState[]): CircuitState {
  if (circuits.length === 0 || circuits.includes('open')) return 'open';
  return circuits.includes('half-open') ? 'half-open' : 'closed';
}
