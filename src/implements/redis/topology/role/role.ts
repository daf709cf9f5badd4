import { ConnectionError, OperationError } from '../../../../interfaces/errors.js';
import type { RedisReply } from '../../../../interfaces/redis-command.js';
import type { Link } from '../../link/link.js';

/** Role of a server as it states it itself; `undefined` when it does not tell this user. */
export type Role = 'master' | 'replica' | undefined;

const ASK_ROLE: readonly string[] = ['ROLE'];
const ASK_REPLICATION: readonly string[] = ['INFO', 'replication'];
const ASK_SERVER: readonly string[] = ['INFO', 'server'];

/**
 * Asks the server of a link for its role.
 *
 * @param command  Asked first: the one that the documented access rules allow there. The other one follows when it is
 *   refused.
 */
export async function roleOf(link: Link, timeoutMs: number, command: 'ROLE' | 'INFO'): Promise<Role> {
  const byRole = async (): Promise<Role> => {
    const reply = await unlessForbidden(link.run(ASK_ROLE, timeoutMs, { text: true }));
    return Array.isArray(reply) ? named(String(reply[0])) : undefined;
  };
  const byInfo = async (): Promise<Role> =>
    named(await field(link, ASK_REPLICATION, /^role:(\w+)/m, timeoutMs));
  return command === 'ROLE' ? ((await byRole()) ?? byInfo()) : ((await byInfo()) ?? byRole());
}

/** Asks for the id that a server gives itself at every start; `undefined` when it does not tell this user. */
export function runIdOf(link: Link, timeoutMs: number): Promise<string | undefined> {
  return field(link, ASK_SERVER, /^run_id:(\w+)/m, timeoutMs);
}

/**
 * Refuses a server that says that it is a replica. One that tells no role is accepted: the first refused write shows
 * it then.
 *
 * @throws {ConnectionError}
 */
export function refuseReplica(role: Role): void {
  if (role !== 'replica') return;
  throw new ConnectionError('E_CONNECTION_REFUSED', 'the server is not the master', 'not-sent');
}

function named(role: string | undefined): Role {
  return role === undefined || role === 'master' ? role : 'replica';
}

async function field(
  link: Link,
  question: readonly string[],
  pattern: RegExp,
  timeoutMs: number,
): Promise<string | undefined> {
  const reply = await unlessForbidden(link.run(question, timeoutMs, { text: true }));
  return reply === undefined ? undefined : pattern.exec(String(reply))?.[1];
}

/** Reply of a command, or `undefined` when the access rules or a proxy do not let it through. */
async function unlessForbidden(reply: Promise<RedisReply>): Promise<RedisReply | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (OperationError.is(error) && (error.reason === 'NOPERM' || error.reason === 'ERR')) return undefined;
    throw error;
  }
}
