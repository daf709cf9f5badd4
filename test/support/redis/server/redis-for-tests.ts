import { randomBytes } from 'node:crypto';
import { RedisMasters } from '../topology/redis-masters.js';
import { RedisServer, type RedisServerOptions } from './redis-server.js';
import { RespClient } from './resp-client.js';

/** A Redis for tests that do not disturb it, and a way to inspect it. */
export interface RedisForTests {
  readonly url: string;
  /** Of a connection that leads there. */
  readonly options: { readonly url: string };
  readonly host: string;
  readonly port: number;
  readonly client: RespClient;
  /** The same, as one master of one. */
  readonly masters: RedisMasters;
  close(): Promise<void>;
}

/** The server of `TEST_REDIS_URL`, which others may use at the same time; without the variable, a dedicated server. */
export async function openRedis(): Promise<RedisForTests> {
  const shared = process.env.TEST_REDIS_URL;
  if (shared !== undefined) {
    const client = await RespClient.openUrl(shared);
    const { hostname, port } = new URL(shared);
    return {
      url: shared,
      options: { url: shared },
      host: hostname,
      port: Number(port || 6379),
      client,
      masters: new RedisMasters([{ port: 0, client, connect: () => RespClient.openUrl(shared) }]),
      close: async () => client.close(),
    };
  }
  return openRedisServer();
}

/** A dedicated server, regardless of `TEST_REDIS_URL`. */
export async function openRedisServer(options?: RedisServerOptions): Promise<RedisForTests> {
  const server = await RedisServer.start(options);
  const client = await server.connect();
  return {
    url: server.url,
    options: { url: server.url },
    host: server.host,
    port: server.port,
    client,
    masters: new RedisMasters([{ port: server.port, client, connect: () => server.connect() }]),
    close: async () => {
      client.close();
      await server.stop();
    },
  };
}

/** A unique part of the key space. */
export function keySpace(): string {
  return `t${randomBytes(6).toString('hex')}:`;
}
