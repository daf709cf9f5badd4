import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import type { ConnectionStatus } from '../../../interfaces/redis-health.js';
import type { UseOptions } from '../link/exclusive-links.js';
import type { Link } from '../link/link.js';
import type { RedisNode } from './redis-node.js';
import type { RouteOptions, Topology } from './topology.js';

/** One server that takes every command: it has a fixed address, or is located at every attempt. */
export class SingleTopology implements Topology {
  readonly sharded = false;
  readonly masters: readonly RedisNode[];
  readonly #node: RedisNode;
  readonly #onClose: () => void;

  constructor(node: RedisNode, onClose: () => void = () => undefined) {
    this.#node = node;
    this.#onClose = onClose;
    this.masters = [node];
  }

  get status(): ConnectionStatus {
    return this.#node.status;
  }

  get reason(): Error | undefined {
    return this.#node.reason;
  }

  attempt(timeoutMs: number): Promise<Error | undefined> {
    return this.#node.attempt(timeoutMs);
  }

  keepTrying(): void {
    this.#node.keepTrying();
  }

  run(words: readonly RedisWord[], timeoutMs: number, options?: RouteOptions): Promise<RedisReply> {
    return this.#node.run(words, timeoutMs, options);
  }

  nodeOf(): RedisNode {
    return this.#node;
  }

  exclusively<T>(
    _key: RedisWord | undefined,
    options: UseOptions,
    task: (link: Link) => Promise<T>,
  ): Promise<T> {
    return this.#node.exclusively(options, task);
  }

  close(): void {
    this.#onClose();
    this.#node.close();
  }
}
