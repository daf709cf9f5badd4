import type { Duration } from './duration.js';
import type { ConnectionError, OperationError } from './errors.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * State of a connection, as it is now.
 *
 * `idle`: not started, or switched off by its environment. `connecting`: no usable link; new ones are being tried for.
 * `ready`: the server answers; of a cluster, the master of every slot. `degraded`: there is a link on which nothing was
 * answered in time, or a part of the cluster is away. `auth-failed`: the server refused the credentials; tried again
 * slowly. `closed`: for good.
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'ready' | 'degraded' | 'auth-failed' | 'closed';

/**
 * State of a circuit breaker. `closed`: calls pass. `open`: calls are refused at once, as `not-sent`. `half-open`: they
 * still are, while one probe asks whether the server answers again.
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** A key, or another word of a command. */
export type RedisWord = string | Buffer;

/** A command of Redis: its name and arguments, numbers as decimal text. At least the name. */
export type RedisCommand = readonly RedisWord[];

/**
 * What Redis answers: binary strings as `Buffer` (with `reply: 'text'` as string), maps as lists of field, value, field,
 * value …; errors reject.
 */
export type RedisReply = Buffer | string | number | bigint | boolean | null | readonly RedisReply[];

/** One answer of many: what the server replied, or the error of that one command. */
export type RedisResult = RedisReply | ConnectionError | OperationError;

/** How long a call may take, and what it answers. */
export interface CallOptions {
  /** Bound on the call. Default: the connection's `commandTimeout`. */
  readonly timeout?: Duration | undefined;
  /**
   * Ends the call when it aborts: `E_ABORTED`, `not-sent` where the command had not been written yet, else `unknown`.
   */
  readonly signal?: AbortSignal | undefined;
  /** Binary strings of the reply as `Buffer` (default), or decoded as UTF-8 text. */
  readonly reply?: 'bytes' | 'text' | undefined;
}

/** Options of one command. */
export interface ExecuteOptions extends CallOptions {
  /**
   * The keys that the command names, by which a cluster finds its node: all of one slot. Default: none, and any node
   * will do. Without a cluster they are not looked at.
   */
  readonly keys?: readonly RedisWord[] | undefined;
  /** The command changes nothing, so that a replica may answer it where `readFrom: replica` is declared. */
  readonly readOnly?: boolean | undefined;
}

/** One command of a pipeline. */
export interface PipelineCommand {
  readonly command: RedisCommand;
  /** As in {@link ExecuteOptions}. */
  readonly keys?: readonly RedisWord[] | undefined;
}

/** A script of constant text; what varies goes into keys and arguments. */
export interface RedisScript {
  /** Lua source. */
  readonly source: string;
  /** SHA-1 of the source in hexadecimal, by which the server knows it. */
  readonly digest: string;
}

/** Options of a transaction. */
export interface TransactionOptions extends CallOptions {
  /** The keys that the commands name: on a cluster all of one slot. */
  readonly keys?: readonly RedisWord[] | undefined;
  /** Keys that nobody else may change between the start and the end, or nothing is done. */
  readonly watch?: readonly RedisWord[] | undefined;
}

/** Runs a command before the transaction begins, on the same connection; what it reads may decide what is done. */
export type TransactionRead = (
  command: RedisCommand,
  options?: Pick<CallOptions, 'reply'>,
) => Promise<RedisReply>;

/** Options of a call that waits on the server. */
export interface BlockingOptions extends Omit<CallOptions, 'timeout'> {
  /** How long the command itself tells the server to wait; the call ends within this + `commandTimeout`. */
  readonly block: Duration;
  /** As in {@link ExecuteOptions}. */
  readonly keys?: readonly RedisWord[] | undefined;
}

/** What is subscribed to: a channel, or a pattern (a Redis glob) of channels. */
export type SubscriptionTarget = { readonly channel: string } | { readonly pattern: string };

/** A message that was published. */
export interface RedisMessage {
  /** The channel it was published on. */
  readonly channel: Buffer;
  /** The caller's to change. */
  readonly payload: Buffer;
}

/** A time in which messages may have been lost. */
export interface SubscriptionGap {
  /** How long the subscription was not heard, in milliseconds; messages of that time are gone. */
  readonly lostMs: number;
}

/** Options of a subscription. */
export interface SubscribeOptions {
  /** Bound on the confirmation by the server. Default: `commandTimeout`. */
  readonly timeout?: Duration | undefined;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the subscription stands again after a loss: Redis keeps no message for who is away. */
  readonly onGap?: ((gap: SubscriptionGap) => void) | undefined;
}

/** A subscription that stands until it is ended; it comes back by itself after a loss. */
export interface ISubscription extends AsyncDisposable {
  /** Whether the server sends its messages now. */
  readonly active: boolean;
  /** Ends it: no call of the handler begins after this was called. Idempotent; never rejects. */
  unsubscribe(): Promise<void>;
}

/** One section of INFO: what each field says, numbers as such. */
export type RedisInfoSection = Readonly<Record<string, string | number>>;

/** What one server says of itself. */
export interface RedisInfo {
  /** Address of the server, such as `127.0.0.1:6379`. */
  readonly node: string;
  /** Sections by name, in lower case, such as `memory`. */
  readonly sections: Readonly<Record<string, RedisInfoSection>>;
}

/** State of the way to one server. */
export interface RedisNodeHealth {
  readonly node: string;
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
  /** Commands that wait for their replies. */
  readonly inFlight: number;
}

/** State of a connection; holds no secret. */
export interface RedisHealth {
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
  /** What a PING took, in milliseconds; `null` when none was answered within 100 ms. */
  readonly pingMs: number | null;
  /** Why the server cannot be reached; `null` while it can. */
  readonly reason: string | null;
  /** What is amiss with how the server is set up; found out when the connection first stood. */
  readonly advice: readonly string[];
  /** The servers that commands go to: one, or the masters of a cluster. */
  readonly nodes: readonly RedisNodeHealth[];
}

/** What happens to a connection, and what a listener is told. */
export interface RedisConnectionEvents {
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
}

/**
 * A connection to Redis (one server, whichever server the Sentinels say is the master, or a cluster) that every
 * component which names it shares.
 *
 * No call ever waits for a connection to come back: without one it is refused at once as `not-sent`. Nothing that
 * failed as `not-sent` is executed later, and nothing is ever sent twice, but what a cluster's node refused with a
 * redirection and therefore did not run.
 *
 * Each call ends within its timeout + 50 ms, whatever the server does. Every rejection is one of these:
 *
 * @throws {ArgumentError} for what is no command, or what would change the connection for everybody who shares it.
 * @throws {ConnectionError} when there is no connection, or it broke; `E_CIRCUIT_OPEN` while the server answers nothing;
 *   `E_OVERLOADED` when too many calls wait.
 * @throws {OperationError} `E_OPERATION_TIMEOUT`; `E_OPERATION_REFUSED` when the server said no; `E_ABORTED`.
 * @throws {DisposedError} after `close`.
 */
export interface IRedisConnection {
  readonly status: ConnectionStatus;

  /** Of a cluster: of the node that is worst off. */
  readonly circuit: CircuitState;

  /** Which database this leads to, for people and for telling two apart: address and number, no credentials. */
  readonly database: string;

  /**
   * Whether keys are spread over slots: then a command, script or transaction may only name keys of one slot.
   *
   * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
   */
  readonly sharded: boolean;

  /**
   * The client of node-redis behind the connection as it is now, for what this port does not offer; `undefined` while
   * there is none. Ask for it anew each time: it is replaced at every reconnect. What is done to it is done to
   * everybody who shares the connection, and is bounded by nothing. Of a cluster: the client of one master.
   */
  readonly client: unknown;

  /**
   * Opens the connection: tries once, within `connectTimeout`, until the server has answered a PING. When that fails
   * it resolves all the same, and the server is tried for in the background until `close`.
   *
   * @throws {ConnectionError} with `required: true`, when there is no connection after `connectTimeout`, or at once
   *   when the credentials are refused; the connection is then closed.
   * @throws {ResolutionError} `E_PEER_MISSING` with `required: true`, when node-redis is not installed.
   */
  start(): Promise<void>;

  /**
   * Runs one command.
   *
   * Commands that would change the connection for everybody who shares it are refused: MULTI, SELECT, SUBSCRIBE, AUTH,
   * MONITOR, CLIENT REPLY and their like; so are those that keep it busy until something happens (BLPOP …), and WAIT, which is about its own connection.
   */
  execute(command: RedisCommand, options?: ExecuteOptions): Promise<RedisReply>;

  /**
   * Runs many commands in one round trip (on a cluster: one a node). They are not atomic.
   *
   * @returns One result a command, in their order; a command that failed is an error in its place, also where there is
   *   no connection or the call was aborted.
   */
  pipeline(commands: readonly PipelineCommand[], options?: CallOptions): Promise<readonly RedisResult[]>;

  /**
   * Runs commands as one atomic step (MULTI, EXEC), on a connection of its own.
   *
   * @param commands  The commands, or a function that reads first and then says which.
   * @returns One result a command; a command that failed is an error in its place, and the others were done all the
   *   same (Redis rolls nothing back). `null` when a watched key was changed meanwhile: nothing was done.
   * @throws {OperationError} `E_OPERATION_REFUSED` with the reason `EXECABORT` when a command is none: nothing was done.
   *   What the function throws comes out as it is: nothing was done then either.
   * @see https://redis.io/docs/latest/develop/using-commands/transactions/
   */
  transaction(
    commands: readonly RedisCommand[] | ((read: TransactionRead) => Promise<readonly RedisCommand[]>),
    options?: TransactionOptions,
  ): Promise<readonly RedisResult[] | null>;

  /**
   * Runs a script as one atomic step, by its digest; its text is sent only where the server does not know it.
   * `keys` are declared to the server, and say which node of a cluster runs it.
   */
  script(
    script: RedisScript,
    keys: readonly RedisWord[],
    args: readonly RedisWord[],
    options?: CallOptions,
  ): Promise<RedisReply>;

  /**
   * Runs a command that waits on the server (BLPOP, XREAD BLOCK …), on a connection of its own, at most
   * `maxConnections` to a server at a time; a call that finds none free waits for one, within its bound.
   *
   * A call that is given up closes its connection, so that it takes nothing any more; what it had taken by then is
   * lost (`unknown`).
   */
  blocking(command: RedisCommand, options: BlockingOptions): Promise<RedisReply>;

  /**
   * Calls a handler with every message of a channel, or of the channels that match a pattern, until it is ended. What a
   * handler throws or rejects with is logged, and others get the message all the same; it is not waited for.
   *
   * Messages are delivered at most once, and those of a time without connection are gone: `onGap` says so.
   *
   * @returns Once the server has confirmed the subscription.
   */
  subscribe(
    target: SubscriptionTarget,
    handler: (message: RedisMessage) => unknown,
    options?: SubscribeOptions,
  ): Promise<ISubscription>;

  /**
   * The keys of the whole database (of a cluster: of every master) that match a pattern, a page a round trip, by SCAN:
   * some may come twice.
   */
  scan(pattern: string, options?: CallOptions): AsyncIterable<readonly Buffer[]>;

  /**
   * Asks whether the server answers (of a cluster: every master).
   *
   * @returns Milliseconds that the answer took.
   */
  ping(options?: CallOptions): Promise<number>;

  /**
   * What the server says of itself; of a cluster, one answer a master.
   *
   * @param section  Such as `memory`. Default: the server's default sections.
   * @see https://redis.io/docs/latest/commands/info/
   */
  info(section?: string, options?: CallOptions): Promise<readonly RedisInfo[]>;

  /** How the connection is, within 100 ms, also when the server is frozen. Never rejects. */
  health(): Promise<RedisHealth>;

  /** Calls a listener at every change of status, or of the circuit; returns what ends that. */
  on<Event extends keyof RedisConnectionEvents>(
    event: Event,
    listener: (state: RedisConnectionEvents[Event]) => void,
  ): () => void;

  /** Ends the connection for good, within a second. Calls in flight reject with a `DisposedError`. Idempotent. */
  close(): Promise<void>;
}

export const IRedisConnection: InterfaceToken<IRedisConnection> = defineInterface<IRedisConnection>(
  'IRedisConnection',
  [
    ...(['status', 'circuit', 'database', 'sharded', 'client', 'start', 'execute', 'pipeline'] as const),
    ...(['transaction', 'script', 'blocking', 'subscribe', 'scan', 'ping', 'info', 'health'] as const),
    ...(['on', 'close'] as const),
  ],
);
