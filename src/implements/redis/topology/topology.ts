import type { ConnectionStatus, RedisReply, RedisWord } from '../../../interfaces/redis-connection.js';
import type { UseOptions } from '../link/exclusive-links.js';
import type { Link, RunOptions } from '../link/link.js';
import type { RedisNode } from './redis-node.js';

/** One command on its way to a node. */
export interface RouteOptions extends RunOptions {
  /** Any key of the command; `undefined` when it has none. */
  readonly key?: RedisWord | undefined;
  /** A replica may answer it. */
  readonly readOnly?: boolean | undefined;
}

/** Which servers there are behind a connection, and which of them a command goes to. */
export interface Topology {
  readonly sharded: boolean;
  readonly status: ConnectionStatus;
  /** Why not everything can be reached; `undefined` while it can. */
  readonly reason: Error | undefined;
  /** The nodes that take writes, as far as they are known. */
  readonly masters: readonly RedisNode[];

  /** Tries once for all that there is; says why something could not be had. */
  attempt(timeoutMs: number): Promise<Error | undefined>;
  /** Goes on in the background with what is not there. */
  keepTrying(): void;

  run(words: readonly RedisWord[], timeoutMs: number, options?: RouteOptions): Promise<RedisReply>;
  /** The node of a key; any node for no key. @throws {ConnectionError} when there is none that calls may go to. */
  nodeOf(key: RedisWord | undefined): RedisNode;
  /** Runs a task on a link of its own to the node of a key. */
  exclusively<T>(
    key: RedisWord | undefined,
    options: UseOptions,
    task: (link: Link) => Promise<T>,
  ): Promise<T>;
  close(): void;
}
