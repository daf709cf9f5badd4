import { OperationError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-command.js';
import type { RedisInfo } from '../../../interfaces/redis-health.js';
import { wallTimeMs } from '../../foundation/clock/wall-time.js';
import { parseInfo } from './info.js';

/** Runs a command that only reads; rejects when the access rules forbid it. */
export type Ask = (command: readonly string[]) => Promise<RedisReply>;

/** A problem in the configuration of a server. */
export interface Advice {
  readonly text: string;
  /** `true` when something does not work; `false` when it may be intended. */
  readonly severe: boolean;
}

const FAR_OFF_MS = 5000;
const OLDEST = [6, 2] as const;
/** Orders of eviction that do not spare what every read uses: the generation of a namespace of typed values. */
const EVICTION = [
  {
    name: /-random$/,
    harm: 'it evicts keys at random: with the generation of a namespace, all values of that namespace are lost at once',
    severe: true,
  },
  {
    name: /-lrm$/,
    harm: 'it evicts first what was written longest ago: generations, and with each all values of its namespace',
    severe: true,
  },
  {
    name: /-ttl$/,
    harm: 'it evicts first what expires soonest: leases, and fences, without which a loaded value is not stored',
    severe: false,
  },
] as const;

/**
 * Checks the configuration of a server for settings that cause trouble later.
 *
 * @param unprotected  `true` when we connect as the default user without a password.
 */
export async function adviceOn(ask: Ask, unprotected: boolean): Promise<readonly Advice[]> {
  const [memory, server, time] = await Promise.all([
    allowed(ask(['INFO', 'memory'])),
    allowed(ask(['INFO', 'server'])),
    allowed(ask(['TIME'])),
  ]);
  const found: Advice[] = [];
  if (unprotected)
    found.push({ text: 'the server is open to everyone: the default user has no password', severe: false });
  if (memory !== undefined) found.push(...memoryAdvice(parseInfo('', String(memory))));
  if (server !== undefined) found.push(...versionAdvice(parseInfo('', String(server))));
  if (Array.isArray(time)) found.push(...clockAdvice(Number(time[0]) * 1000));
  return found;
}

function memoryAdvice({ sections }: RedisInfo): Advice[] {
  const { maxmemory, maxmemory_policy: policy } = sections.memory ?? {};
  const found: Advice[] = [];
  if (maxmemory === 0) {
    found.push({
      text: 'the server has no maxmemory, and can use up the memory of its machine',
      severe: false,
    });
  }
  if (policy !== undefined && policy !== 'noeviction') {
    // The prefix is a choice of the operator, and stays: all keys, or only those with a TTL.
    const [among = 'allkeys'] = String(policy).split('-');
    const order = EVICTION.find(({ name }) => name.test(String(policy)));
    const text = `its maxmemory-policy is ${policy}: when full, it evicts locks, sessions and queues as well as cache entries`;
    const rest = order === undefined ? '' : `, and ${order.harm}; choose ${among}-lru or ${among}-lfu`;
    found.push({ text: text + rest, severe: order?.severe === true });
  }
  return found;
}

function versionAdvice({ sections }: RedisInfo): Advice[] {
  const version = String(sections.server?.redis_version ?? '');
  if (version === '') return [];
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld
    ? [
        {
          text: `it runs Redis ${version}; the oldest supported version is ${OLDEST.join('.')}`,
          severe: true,
        },
      ]
    : [];
}

/** Advice for a user to whom a script, or a command in one, was refused. */
export function scriptAdvice({ message }: OperationError): string {
  const refusal = message.replace(/^.*NOPERM: /s, '');
  return `${refusal}; until then typed caches keep their fences within this process`;
}

function clockAdvice(serverMs: number): Advice[] {
  const offMs = Math.abs(serverMs - wallTimeMs());
  if (!(offMs > FAR_OFF_MS)) return [];
  return [{ text: `its clock and ours differ by ${Math.round(offMs / 1000)} s`, severe: true }];
}

async function allowed(reply: Promise<RedisReply>): Promise<RedisReply | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (OperationError.is(error) && error.outcome === 'refused') return undefined;
    throw error;
  }
}
