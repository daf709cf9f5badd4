import type { IComponentSite } from '../../../interfaces/component-site.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { IRedisConnection } from '../../../interfaces/redis-connection.js';
import type { Roots } from './expression.js';
import type { Template } from './template.js';

const KNOWN = new Set(['type', 'url', 'max_connections', 'decode_responses', 'socket_timeout']);

/** Connections of a run: those that its source declares, which it opens and closes, and those of the site. */
export class FlowConnections {
  readonly #site: IComponentSite;
  readonly #declared: ReadonlyMap<string, Template>;
  readonly #roots: Roots;
  readonly #open = new Map<string, Promise<IRedisConnection>>();

  constructor(site: IComponentSite, declared: ReadonlyMap<string, Template>, roots: Roots) {
    this.#site = site;
    this.#declared = declared;
    this.#roots = roots;
  }

  /** @throws {ArgumentError} {ComponentNotFoundError} */
  async get(name: string): Promise<IRedisConnection> {
    const declared = this.#declared.get(name);
    if (declared === undefined) return this.#site.getComponent(IRedisConnection, name);
    const open = this.#open.get(name) ?? this.#connect(declared(this.#roots) as Record<string, unknown>);
    this.#open.set(name, open);
    return open;
  }

  async close(): Promise<void> {
    for (const open of this.#open.values()) {
      const connection = await open.catch(() => undefined);
      await connection?.close();
    }
  }

  async #connect(options: Record<string, unknown>): Promise<IRedisConnection> {
    const { type, url, max_connections: maxConnections, decode_responses: decodes = true } = options;
    const { socket_timeout: seconds } = options;
    if (type !== 'redis') throw new ArgumentError('expected type: redis in a connection, got another');
    if (decodes !== true) throw new ArgumentError('expected decode_responses: true: tasks read text');
    const unknown = Object.keys(options).filter((name) => !KNOWN.has(name));
    if (unknown.length > 0) {
      throw new ArgumentError(`expected ${[...KNOWN].join(', ')} in a connection, got another option`);
    }
    const { RedisConnection } = await import('../../redis/redis-connection.js');
    const connection = new RedisConnection({
      url: url as string,
      ...(maxConnections !== undefined && { maxConnections: maxConnections as number }),
      ...(seconds !== undefined && { commandTimeout: Number(seconds) * 1000 }),
    });
    await connection.start();
    return connection;
  }
}
