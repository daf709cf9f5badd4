import type { Duration } from './duration.js';
import type { ConnectionError, OperationError } from './errors.js';

/** One word of a command: its name, a key or another argument. */
export type RedisWord = string | Buffer;

/** A Redis command: its name, then its arguments; numbers are written as decimal text. */
export type RedisCommand = readonly RedisWord[];

/**
 * A reply from Redis: binary strings are a `Buffer` (with `reply: 'text'`, a string), maps are flat lists of field,
 * value, field, value …; errors reject.
 */
export type RedisReply = Buffer | string | number | bigint | boolean | null | readonly RedisReply[];

/** One result of a batch: the server's reply, or the error of that one command. */
export type RedisResult = RedisReply | ConnectionError | OperationError;

/** Deadline, cancellation and reply format of a call. */
export interface CallOptions {
  /** Maximum duration of the call. Default: the connection's `commandTimeout`. */
  readonly timeout?: Duration | undefined;
  /** Aborts the call: `E_ABORTED`, with the outcome `not-sent` if nothing had been written yet, else `unknown`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Form of the reply. `bytes` (default): binary strings as `Buffer`. `text`: decoded as UTF-8. `exact`: the same, and
   * integers as decimal text, because a number is exact to 53 bits only, and those of Redis have 64.
   */
  readonly reply?: 'bytes' | 'text' | 'exact' | undefined;
}

/** Options of one command. */
export interface ExecuteOptions extends CallOptions {
  /**
   * Keys that the command names, all in one slot, by which a cluster call finds its node. Default: none, and any node
   * serves. Ignored without a cluster.
   */
  readonly keys?: readonly RedisWord[] | undefined;
  /** Marks a command that changes nothing, so that a replica may answer it where `readFrom: replica` is declared. */
  readonly readOnly?: boolean | undefined;
}

/** One command of a pipeline. */
export interface PipelineCommand {
  readonly command: RedisCommand;
  /** As in {@link ExecuteOptions}. */
  readonly keys?: readonly RedisWord[] | undefined;
}

/** A Lua script with a constant source; everything variable is passed as keys and arguments. */
export interface RedisScript {
  /** Lua source. */
  readonly source: string;
  /** SHA-1 of the source in hexadecimal, which identifies the script to the server. */
  readonly digest: string;
}

/** Options of a script. */
export interface ScriptOptions extends CallOptions {
  /**
   * Number of replicas that must have received what the script wrote, before the call is answered. Default: none. The
   * script then runs on a dedicated connection, which is the one that WAIT asks about.
   *
   * @see https://redis.io/docs/latest/commands/wait/
   */
  readonly minReplicas?: number | undefined;
  /**
   * Sends the source instead of the digest, so that the call keeps its place among other calls of the same turn, also on
   * a server that does not know the script. Default: `false`. Conflicts with `minReplicas`.
   */
  readonly inOrder?: boolean | undefined;
}

/** Options of a transaction. */
export interface TransactionOptions extends CallOptions {
  /** Keys that the commands name; on a cluster, all in one slot. */
  readonly keys?: readonly RedisWord[] | undefined;
  /** Keys to watch: if another client changes one before the transaction executes, nothing is executed. */
  readonly watch?: readonly RedisWord[] | undefined;
  /**
   * Maximum number of repetitions, at most 100, after another client has changed a watched key: the function reads and
   * decides anew. All of them together end within the timeout; when the last one met a change too, the answer is `null`.
   * Requires `watch` and a function. Default: 0.
   */
  readonly retry?: number | undefined;
}

/** Runs a command before the transaction begins, on the same connection; its reply may decide what to execute. */
export type TransactionRead = (
  command: RedisCommand,
  options?: Pick<CallOptions, 'reply'>,
) => Promise<RedisReply>;

/** Options of a call that blocks on the server. */
export interface BlockingOptions extends Omit<CallOptions, 'timeout'> {
  /** Time that the command itself tells the server to block; the call ends within this + `commandTimeout`. */
  readonly block: Duration;
  /** As in {@link ExecuteOptions}. */
  readonly keys?: readonly RedisWord[] | undefined;
}
