import { mkdirSync, rmSync } from 'node:fs';
import { eventually } from '../../time/eventually.js';
import type { RedisServer } from './redis-server.js';

/** Refusal that a test provokes, by the first word of the error reply. */
export type RedisState =
  /** Refusal of writes: the server is a replica; it answers reads from its own data. */
  | 'READONLY'
  /** Refusal of reads: the server is a replica that has lost its master; writes are READONLY. */
  | 'MASTERDOWN'
  /** Refusal of writes: the server has no replica. */
  | 'NOREPLICAS'
  /** Refusal of writes: the server cannot save its data. */
  | 'MISCONF'
  /** Refusal of writes that need memory. */
  | 'OOM'
  /** Refusal of all but a few commands: a script runs, which can be killed. */
  | 'BUSY'
  /** The same, but the script has written, and only the server can be killed; leaving restarts it, empty. */
  | 'UNKILLABLE';

/** Address at which no master listens. */
const NO_SERVER = ['127.0.0.1', '1'] as const;

const ENTER: Readonly<Record<RedisState, (server: RedisServer) => Promise<() => Promise<unknown>>>> = {
  READONLY: async (server) => {
    await server.cli('REPLICAOF', ...NO_SERVER);
    return () => server.cli('REPLICAOF', 'NO', 'ONE');
  },
  MASTERDOWN: async (server) => {
    await server.configure('replica-serve-stale-data', 'no');
    await server.cli('REPLICAOF', ...NO_SERVER);
    return async () => {
      await server.cli('REPLICAOF', 'NO', 'ONE');
      await server.configure('replica-serve-stale-data', 'yes');
    };
  },
  NOREPLICAS: async (server) => {
    await server.configure('min-replicas-to-write', 1);
    return () => server.configure('min-replicas-to-write', 0);
  },
  MISCONF: async (server) => {
    // A folder at the path of the file prevents the save, even for root.
    const file = server.dataFile;
    rmSync(file, { recursive: true, force: true });
    mkdirSync(file);
    await server.configure('save', '3600 1');
    await server.cli('SAVE').catch(() => undefined);
    await server.cli('BGSAVE');
    await saved(server, 'err');
    return async () => {
      rmSync(file, { recursive: true });
      await server.cli('BGSAVE');
      await saved(server, 'ok');
      await server.configure('save', '');
      rmSync(file);
    };
  },
  OOM: async (server) => {
    await server.configure('maxmemory-policy', 'noeviction');
    await server.configure('maxmemory', 1);
    return () => server.configure('maxmemory', 0);
  },
  BUSY: async (server) => {
    await runForEver(server, 'while true do end');
    return () => server.cli('SCRIPT', 'KILL');
  },
  UNKILLABLE: async (server) => {
    await runForEver(server, "redis.call('SET', 'unkillable', '1') while true do end");
    return () => server.restart();
  },
};

/**
 * Makes a standalone server (without Sentinels or a cluster) refuse commands in one way.
 *
 * @returns Function that ends the refusal, and waits until the server accepts writes again.
 */
export async function enterState(server: RedisServer, state: RedisState): Promise<() => Promise<void>> {
  const leave = await ENTER[state](server);
  return async () => {
    await leave();
    await eventually('it takes writes', async () => (await server.cli('DEL', 'nothing')) === 0);
  };
}

async function runForEver(server: RedisServer, script: string): Promise<void> {
  await server.configure('lua-time-limit', 50);
  const client = await server.connect();
  const closing = (): void => client.close();
  client.command('EVAL', script, 0).then(closing, closing);
  await eventually('the script is in the way', () =>
    server.cli('PING').then(
      () => false,
      (error: Error) => error.message.startsWith('BUSY'),
    ),
  );
}

async function saved(server: RedisServer, status: 'ok' | 'err'): Promise<void> {
  await eventually(`the last save is ${status}`, async () => {
    const info = await server.text('INFO', 'persistence');
    return info.includes(`rdb_last_bgsave_status:${status}`) && info.includes('rdb_bgsave_in_progress:0');
  });
}
