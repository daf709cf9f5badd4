import type { RedisServer } from '../server/redis-server.js';

/**
 * Arguments of nodes whose replicas are up to date immediately. By default, a master waits 5 s for further replicas
 * before it sends its data to the first one, and an online replica then receives nothing for up to a second.
 */
export const PROMPT_REPLICATION = ['--repl-diskless-sync', 'no', '--repl-diskless-sync-delay', '0'];

/** True if the live replicas have all data of their master; others may lag. */
export async function isFollowed(master: RedisServer, replicas: readonly RedisServer[]): Promise<boolean> {
  const online = (await master.text('INFO', 'replication')).match(/^slave\d+:.*state=online/gm)?.length ?? 0;
  if (online < replicas.length) return false;
  const states = await Promise.all(replicas.map((replica) => replica.text('INFO', 'replication')));
  const isLinked = (state: string): boolean => state.includes('master_link_status:up');
  if (!states.every(isLinked)) return false;
  await master.cli('PUBLISH', 'rig', ''); // Reaches the replicas as a write does, except in a cluster.
  return Number(await master.cli('WAIT', replicas.length, 500)) >= replicas.length;
}
