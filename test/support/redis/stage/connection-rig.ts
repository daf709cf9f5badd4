import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect } from 'vitest';
import { RedisConnection } from '../../../../src/implements/redis/redis-connection.js';
import type {
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../../../src/implements/redis/redis-connection-options.js';
import type { ConnectionError, OperationError } from '../../../../src/interfaces/errors.js';
import { RecordingLoggerSite } from '../../logs/recording-logger.js';
import { RedisServer, type RedisServerOptions } from '../server/redis-server.js';

/** Time that a call may take beyond its timeout. */
export const SLACK_MS = 50;
export const opened: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.stop();
});

export async function server(options?: RedisServerOptions): Promise<RedisServer> {
  const redis = await RedisServer.start(options);
  opened.push(redis);
  return redis;
}

/** A listener that is not Redis. */
export async function listener(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const net: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => net.listen(0, '127.0.0.1', resolve));
  opened.push({
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => net.close(resolve));
    },
  });
  return (net.address() as { port: number }).port;
}

/** A connection with a log, on the loopback interface by default; its options may be invalid. */
export function connection(options: UncheckedConnectionOptions): {
  redis: RedisConnection;
  log: RecordingLoggerSite;
} {
  const log = new RecordingLoggerSite();
  const complete = { host: '127.0.0.1', loggerSite: log, ...options };
  const redis = new RedisConnection(complete as RedisConnectionOptions);
  opened.push({ stop: () => redis.close() });
  return { redis, log };
}

export async function errorOf(promise: Promise<unknown>): Promise<ConnectionError | OperationError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as ConnectionError,
  );
}
