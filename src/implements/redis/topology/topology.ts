import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import type { ConnectionStatus } from '../../../interfaces/redis-health.js';
import type { UseOptions } from '../link/exclusive-links.js';
import type { Link, RunOptions } from '../link/link.js';
import type { SlotWatch } from '../streams/stream-source.js';
import type { RedisNode } from './redis-node.js';

/** Routing of one command. */
export interface RouteOptions extends RunOptions {
  /** Any key of the command; `undefined` when it has none. */
  readonly key?: RedisWord | undefined;
  /** `true` when a replica may answer. */
  readonly readOnly?: boolean | undefined;
}

/** Servers of a connection, and the routing of commands to them. */
export interface Topology {
  readonly sharded: boolean;
  readonly status: ConnectionStatus;
  /** Reason why not every server is reachable; `undefined` while all are. */
  readonly reason: Error | undefined;
  /** Assignment of slots to masters, on a cluster. */
  readonly slots?: SlotWatch;
  /** Nodes that take writes, as far as they are known. */
  readonly masters: readonly RedisNode[];

  /** Attempts once to connect to every server; returns the reason for a failure. */
  attempt(timeoutMs: number): Promise<Error | undefined>;
  /** Continues in the background to connect to missing servers. */
  keepTrying(): void;

  run(words: readonly RedisWord[], timeoutMs: number, options?: RouteOptions): Promise<RedisReply>;
  /** Node of a key, or any node without one. @throws {ConnectionError} when there is no node that takes calls. */
  nodeOf(key: RedisWord | undefined): RedisNode;
  /** Runs a task on a dedicated link to the node of a key. */
  exclusively<T>(
    key: RedisWord | undefined,
    options: UseOptions,
    task: (link: Link) => Promise<T>,
  ): Promise<T>;
  /**
   * Follows the redirection that a node has answered with, so that `nodeOf` then leads to the right one.
   *
   * @returns `false` if the error is no such answer.
   */
  follow?(error: unknown, timeoutMs: number): Promise<boolean>;
  close(): void;
}
