import { mkdirSync, rmSync } from 'node:fs';
import { eventually } from '../../time/eventually.js';
import type { RedisServer } from './redis-server.js';

/** Refusal that a server is brought to give, by its first word. */
export type RedisState =
  /** Of writes: it is a replica; reads are answered, of what it has. */
  | 'READONLY'
  /** Of reads: it is a replica that has lost its master; writes are READONLY. */
  | 'MASTERDOWN'
  /** Of writes: no replica follows. */
  | 'NOREPLICAS'
  /** Of writes: it cannot save what it has. */
  | 'MISCONF'
  /** Of writes that need memory. */
  | 'OOM'
  /** Of all but a few commands: a script runs, which can be killed. */
  | 'BUSY'
  /** The same, but the script has written, and only the server can be killed; leaving restarts it, empty. */
  | 'UNKILLABLE';

/** Address at which no master listens. */
const NOBODY = ['127.0.0.1', '1'] as const;

const ENTER: Readonly<Record<RedisState, (server: RedisServer) => Promise<() => Promise<unknown>>>> = {
  READONLY: async (server) => {
    await server.cli('REPLICAOF', ...NOBODY);
    return () => server.cli('REPLICAOF', 'NO', 'ONE');
  },
  MASTERDOWN: async (server) => {
    await server.configure('replica-serve-stale-data', 'no');
    await server.cli('REPLICAOF', ...NOBODY);
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
    // A folder where the file has to go: that stops root too.
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
 * Brings a server of its own (none of a Sentinel or a cluster) to refuse commands in one way.
 *
 * @returns Brings it back, and waits until it takes writes again.
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
