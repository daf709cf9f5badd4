import type { IClock, ScheduledTask } from '../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../interfaces/component.js';
import { ConnectionError, DisposedError } from '../../interfaces/errors.js';
import type { ILogger } from '../../interfaces/logger.js';
import type {
  BlockingOptions,
  CallOptions,
  CircuitState,
  ConnectionStatus,
  ExecuteOptions,
  IRedisConnection,
  ISubscription,
  PipelineCommand,
  RedisCommand,
  RedisConnectionEvents,
  RedisHealth,
  RedisInfo,
  RedisMessage,
  RedisReply,
  RedisResult,
  RedisScript,
  RedisWord,
  SubscribeOptions,
  SubscriptionTarget,
  TransactionOptions,
  TransactionRead,
} from '../../interfaces/redis-connection.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { guardedLogger } from '../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { defaultsOf } from '../foundation/options/defaults.js';
import { parseOptions } from '../foundation/options/parse-options.js';
import { checkedText } from './commands/command.js';
import { adviceOn } from './health/advice.js';
import { ConnectionState } from './health/connection-state.js';
import { IncidentLog } from './health/incident-log.js';
import { parseInfo } from './health/info.js';
import { backoffMs } from './link/backoff.js';
import { withSources } from './options/sourced-options.js';
import {
  declaredOptions,
  type RedisConnectionOptions,
  redisConnectionSchema,
  sourcesOf,
  type UncheckedConnectionOptions,
} from './redis-connection-options.js';
import { Requests } from './requests.js';
import { checkedSubscription, Subscriber } from './subscriber.js';
import { databaseOf, type Target, targetOf } from './topology/target.js';
import type { Topology } from './topology/topology.js';
import { topologyOf } from './topology/topology-of.js';

const DEFAULTS = defaultsOf(redisConnectionSchema, [
  'connectTimeout',
  'commandTimeout',
  'required',
  'maxInFlight',
  'dataConnections',
  'maxConnections',
]);
const HEALTH_MS = 100;
/** The first moments belong to the application. */
const ADVICE_AFTER_MS = 1000;

/**
 * A connection to Redis: to one server, to the master that Sentinels name, or to a cluster. It heals itself: a link that
 * breaks, or on which nothing was answered for a second, is replaced by a new one, tried for at once and then every half
 * second at most, until `close`.
 */
export class RedisConnection implements IRedisConnection, IComponent {
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
  /** `undefined` where the environment switches the connection off. */
  readonly #topology: Topology | undefined;
  readonly #requests: Requests;
  readonly #subscriber: Subscriber;
  readonly #incidents: IncidentLog;
  readonly #connectTimeoutMs: number;
  readonly #commandTimeoutMs: number;
  readonly #required: boolean;
  readonly #state: ConnectionState;
  #advice: readonly string[] = [];
  #advising: ScheduledTask | undefined;
  #starting: Promise<void> | undefined;
  #pausing: { readonly timer: ScheduledTask; readonly end: () => void } | undefined;
  #closed = false;

  constructor(options: RedisConnectionOptions = {}) {
    const given: UncheckedConnectionOptions = options;
    const { clock = new SystemClock(), loggerSite, credentials, config, env, ...written } = given;
    const ports = { credentials, config };
    const parsed = parseOptions(redisConnectionSchema, 'RedisConnection', written, { ports });
    const complete = withSources(parsed, sourcesOf(parsed, env ?? process.env));
    const {
      connectTimeout = DEFAULTS.connectTimeout,
      commandTimeout = DEFAULTS.commandTimeout,
      required = DEFAULTS.required,
    } = complete ?? parsed;
    this.#target = targetOf(complete ?? parsed);
    this.database = databaseOf(this.#target);
    this.sharded = this.#target.mode === 'cluster';
    this.#clock = clock;
    const topic = 'inversify-cache.redis-connection';
    this.#logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), topic);
    this.#state = new ConnectionState(this.#logger);
    this.#incidents = new IncidentLog(clock, this.#logger);
    this.#connectTimeoutMs = connectTimeout;
    this.#commandTimeoutMs = commandTimeout;
    this.#required = required;
    const bounds = {
      clock,
      connectTimeoutMs: connectTimeout,
      commandTimeoutMs: commandTimeout,
      maxInFlight: complete?.maxInFlight ?? DEFAULTS.maxInFlight,
      dataConnections: complete?.dataConnections ?? DEFAULTS.dataConnections,
      maxConnections: complete?.maxConnections ?? DEFAULTS.maxConnections,
      database: this.database,
    };
    const topology = topologyOf(this.#target, bounds, () => this.#onChange());
    this.#topology = complete === undefined ? undefined : topology;
    if (complete === undefined) topology.close();
    this.#requests = new Requests(topology, clock, commandTimeout);
    this.#subscriber = new Subscriber({
      clock,
      logger: this.#logger,
      commandTimeoutMs: commandTimeout,
      open: (signal, onEnd) => topology.nodeOf(undefined).open(connectTimeout, signal, onEnd),
    });
  }

  get status(): ConnectionStatus {
    return this.#state.status;
  }

  get circuit(): CircuitState {
    return this.#state.circuit;
  }

  get client(): unknown {
    return this.#topology?.masters.find((node) => node.passes)?.client;
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
    options?: CallOptions,
  ): Promise<RedisReply> {
    return this.#open.script(script, keys, args, options);
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
    const request = checkedSubscription(target, handler, options, this.#commandTimeoutMs);
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

  async health(): Promise<RedisHealth> {
    const { status, circuit } = this;
    const pingMs = await atMost(this.#clock, HEALTH_MS, this.ping());
    const reason = status === 'ready' ? null : this.#unavailable().message;
    const nodes = this.#topology?.masters.map((node) => node.health) ?? [];
    return { status, circuit, pingMs, reason, advice: this.#advice, nodes };
  }

  on<Event extends keyof RedisConnectionEvents>(
    event: Event,
    listener: (state: RedisConnectionEvents[Event]) => void,
  ): () => void {
    return this.#state.on(event, listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#pausing?.timer.cancel();
    this.#pausing?.end();
    this.#advising?.cancel();
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
    if (this.#isInsecure)
      this.#logger.warning(`${this.database}: certificates are not verified (tls.insecure)`, {});
    const giveUpAt = this.#clock.now() + this.#connectTimeoutMs;
    this.#state.becomes('connecting');
    let failure = await topology.attempt(this.#connectTimeoutMs);
    for (let attempt = 1; this.#required && isWorthAnother(failure); attempt++) {
      await this.#pause(backoffMs(attempt));
      const leftMs = giveUpAt - this.#clock.now();
      if (leftMs < 1 || this.#closed) break;
      failure = await topology.attempt(leftMs);
    }
    if (this.#closed) throw this.#unavailable();
    if (failure !== undefined && this.#required) {
      await this.close();
      throw ConnectionError.is(failure) ? this.#unreachable(failure) : failure;
    }
    if (failure !== undefined)
      this.#incidents.begin(`cannot reach ${this.database}: ${failure.message}`, failure);
    topology.keepTrying();
  }

  /** Waits, but not beyond `close`. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((end) => {
      this.#pausing = { timer: this.#clock.schedule(delayMs, end, { keepAlive: true }), end };
    });
  }

  /** One of the nodes has changed: what does that make of the whole? */
  #onChange(): void {
    const topology = this.#topology;
    if (topology === undefined || this.#closed) return;
    const { status, reason } = topology;
    if (status === 'idle') return;
    const before = this.#state.status;
    this.#state.becomes(status, worstOf(topology.masters.map(({ circuit }) => circuit)));
    if (status === 'ready') {
      this.#incidents.end(`${this.database} answers again`);
      this.#advising ??= this.#clock.schedule(ADVICE_AFTER_MS, () => void this.#advise());
    } else if (reason !== undefined && (before === 'ready' || status === 'auth-failed')) {
      const what = status === 'auth-failed' ? `${this.database}: ` : `lost ${this.database}: `;
      const then = status === 'auth-failed' ? '' : '; it is tried for until it answers';
      this.#incidents.begin(`${what}${reason.message}${then}`, reason);
    }
  }

  /** Says once what is amiss with how the server is set up. */
  async #advise(): Promise<void> {
    const { access } = this.#target.mode === 'standalone' ? this.#target.endpoint : this.#target;
    const unprotected = access.password === undefined && access.provider === undefined;
    try {
      const found = await adviceOn(
        (command) => this.#requests.execute(command, { reply: 'text' }),
        unprotected,
      );
      this.#advice = found.map(({ text }) => text);
      for (const { text, severe } of found)
        this.#logger[severe ? 'warning' : 'info'](`${this.database}: ${text}`, {});
    } catch {
      this.#advising = undefined; // The server went away meanwhile; it is asked when it is back.
    }
  }

  /** What calls are made through. @throws {ConnectionError} {DisposedError} where that is known to be in vain. */
  get #open(): Requests {
    if (this.#closed || this.#topology === undefined || this.#starting === undefined)
      throw this.#unavailable();
    return this.#requests;
  }

  /** Why a call is refused. */
  #unavailable(): ConnectionError | DisposedError {
    if (this.#closed) return new DisposedError('this RedisConnection is closed');
    const refused = (text: string) => new ConnectionError('E_CONNECTION_REFUSED', text, 'not-sent');
    if (this.#topology === undefined)
      return refused('this RedisConnection is switched off by its environment');
    if (this.#starting === undefined) return refused('this RedisConnection was not started');
    return this.#unreachable(this.#topology.reason);
  }

  #unreachable(reason: Error | undefined): ConnectionError {
    const code = ConnectionError.is(reason) ? reason.code : 'E_CONNECTION_REFUSED';
    const why = reason === undefined ? 'it is still connecting' : reason.message;
    return new ConnectionError(code, `no connection to ${this.database}: ${why}`, 'not-sent');
  }

  get #isInsecure(): boolean {
    const { access } = this.#target.mode === 'standalone' ? this.#target.endpoint : this.#target;
    return access.tls?.insecure === true;
  }
}

/** Whether a server that failed to answer may do so in a moment. Credentials do not get better by themselves. */
function isWorthAnother(failure: Error | undefined): boolean {
  return ConnectionError.is(failure) && failure.code !== 'E_CONNECTION_AUTH';
}

function worstOf(circuits: readonly CircuitState[]): CircuitState {
  if (circuits.length === 0 || circuits.includes('open')) return 'open';
  return circuits.includes('half-open') ? 'half-open' : 'closed';
}

/** What a call answers within a time; `null` when that is over, or it fails. */
function atMost(clock: IClock, ms: number, call: Promise<number>): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = clock.schedule(ms, () => resolve(null), { keepAlive: true });
    const end = (answer: number | null): void => {
      timer.cancel();
      resolve(answer);
    };
    call.then(end, () => end(null));
  });
}
