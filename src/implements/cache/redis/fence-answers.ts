import type { FencedAnswer, FencedEntry } from '../../../interfaces/fenced-store.js';
import type { RedisReply } from '../../../interfaces/redis-connection.js';
import type { WholeRead } from '../../foundation/arguments/fenced-store.js';
import { ownBytes, remainingMs } from '../../redis/commands/reply.js';
import type { Parts } from './parts.js';

/** Number of elements in the reply of `READ` for each name. */
export const ENTRY_WIDTH = 4;
/** Reply of PTTL for a key that is absent. */
const ABSENT_LIFE = -2;

export type Reply = readonly RedisReply[];

/**
 * Joins the answers of the parts in the order of the request.
 *
 * @param together  Number of generations at the end of the answer with the entries.
 */
export function fencedAnswer(
  { keys, generations: names, scope, leases }: WholeRead,
  entryParts: Parts<Reply>,
  generationParts: Parts<Reply>,
  together: number,
): FencedAnswer {
  const entries: FencedEntry[] = new Array(keys.length);
  let generations: (string | null)[] = names.map(() => null);
  entryParts.each(
    (reply, indexes) => {
      const width = indexes.length * ENTRY_WIDTH;
      const token = scope === undefined ? undefined : tokenText(reply[width]);
      indexes.forEach((index, at) => {
        const own = reply.slice(at * ENTRY_WIDTH, (at + 1) * ENTRY_WIDTH);
        entries[index] = fencedEntry(own, leases, token);
      });
      if (together > 0) generations = reply.slice(-together).map(tokenText);
    },
    (failure, indexes) => {
      const nothing = fencedEntry(
        [null, ABSENT_LIFE, null, null],
        leases,
        scope === undefined ? undefined : null,
      );
      for (const index of indexes) entries[index] = { ...nothing, failure };
    },
  );
  generationParts.each(
    (reply, indexes) => {
      indexes.forEach((index, at) => {
        generations[index] = tokenText(reply[at]);
      });
    },
    () => undefined,
  );
  const failed = entryParts.failure ?? generationParts.failure;
  return { entries, generations, ...(failed !== undefined && { failure: failed.reason }) };
}

function fencedEntry(
  [value, life, fence, lease]: Reply,
  leases: boolean,
  scope: string | null | undefined,
): FencedEntry {
  const isThere = life !== null && life !== ABSENT_LIFE;
  return {
    value: ownBytes(value),
    remainingMs: isThere ? remainingMs(Number(life)) : null,
    fence: tokenText(fence),
    ...(leases && { lease: tokenText(lease) }),
    ...(scope !== undefined && { scope }),
  };
}

export function tokenText(token: RedisReply | undefined): string | null {
  return token === null || token === undefined ? null : String(token);
}
