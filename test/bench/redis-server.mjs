import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createClient } from 'redis';

/** A `redis-server` (from the PATH, or `TEST_REDIS_BINARY`) on a free port of the loopback, for one benchmark. */
export async function startRedis() {
  const host = '127.0.0.1';
  const port = await freePort(host);
  const args = ['--bind', host, '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = spawn(process.env.TEST_REDIS_BINARY ?? 'redis-server', args, { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.once('error', (error) => {
    console.error(`cannot start redis-server: ${error.message}`);
    process.exit(1);
  });
  const client = createClient({ socket: { host, port, reconnectStrategy: () => 20 } });
  client.on('error', () => undefined);
  await client.connect();
  client.destroy();
  return {
    host,
    port,
    stop: async () => {
      child.kill();
      await gone;
    },
  };
}

async function freePort(host) {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, host, resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
