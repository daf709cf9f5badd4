import { setTimeout as sleep } from 'node:timers/promises';
import { type MutexMutant, ofLock, ofMutex, ofScript } from './flaws.js';

/** Tickets that were sent before. */
const seen = new Set<string>();

/** Mutants of laws about locks on servers. */
export const redisMutants: readonly MutexMutant[] = [
  ofScript(
    'a fence grows although the database has lost everything',
    'counts fences by INCR',
    'ACQUIRE',
    async (send, [, fence = ''], args, connection) => {
      const reply = await send(...args);
      if (Array.isArray(reply)) return reply;
      return connection.execute(['INCR', `${fence}s`], { keys: [fence] });
    },
  ),
  ofScript(
    'every key of a lock has an expiry',
    'keeps the last fence for good',
    'ACQUIRE',
    async (send, [, fence = ''], args, connection) => {
      const reply = await send(...args);
      await connection.execute(['PERSIST', fence], { keys: [fence] });
      return reply;
    },
  ),
  ofScript(
    'a lock whose expiry was taken away is free after a lease',
    'does not repair an expiry',
    'ACQUIRE',
    async (send, [lock = ''], args, connection) => {
      const reply = await send(...args);
      await connection.execute(['PERSIST', lock], { keys: [lock] });
      return reply;
    },
  ),
  ofMutex(
    'a server that does not answer is a typed error in time',
    'takes an outage for a busy lock',
    (mutex) => ({
      acquire: (options) => mutex.acquire(options).catch(() => undefined),
    }),
  ),
  ofScript(
    'a lock whose grant nobody has heard of is free soon after the server is back',
    'withdraws nothing',
    'RELEASE',
    async (send, _keys, args) => (args[2] === '' ? send(...args) : 0),
  ),
  ofScript(
    'autoExtend survives a server that pauses for a third of the lease',
    'gives up after one failed extension',
    'EXTEND',
    (send, _keys, args) => send(...args).catch(() => 0),
  ),
  ofLock(
    'a holder is told in time that a frozen server may have let its lease end',
    'tells what it has heard from the server',
    () => ({ signal: new AbortController().signal }),
  ),
  ofScript(
    'a waiter that has died delays the others by two seconds at most',
    'takes tickets for alive for a minute',
    ['ACQUIRE', 'RELEASE'],
    (send, _keys, args) => send(...args.map((word) => (word === '1500' ? '60000' : word))),
  ),
  ofScript(
    'a wake-up that is lost delays a waiter by a second at most',
    'looks again after three seconds only',
    'ACQUIRE',
    async (send, _keys, args) => {
      const [, , ticket = ''] = args;
      if (seen.has(ticket)) await sleep(3000);
      if (ticket !== '') seen.add(ticket);
      return send(...args);
    },
  ),
  ofScript(
    'a waiter sends at most twenty commands a second, and is woken by the release',
    'asks twenty times',
    'ACQUIRE',
    async (send, _keys, args) => {
      const [reply = null] = await Promise.all(Array.from({ length: 20 }, () => send(...args)));
      return reply;
    },
  ),
];
