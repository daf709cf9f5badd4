import type { HolderRecord } from './holder.js';

/** Breaches of what a lock promises, and how much was tried. */
export interface LedgerFindings {
  readonly breaches: readonly string[];
  /** Number of holds. */
  readonly holds: number;
  readonly accepted: number;
  readonly refused: number;
  /** Writes that were sent after the end of a lease; those that were accepted came before any later holder. */
  readonly late: number;
  readonly failures: Readonly<Record<string, number>>;
}

interface Hold {
  readonly fence: number;
  readonly node: string;
  from: number;
  until: number;
}

/**
 * Checks what the holders of one lock have recorded.
 *
 * @param written  Fences of all writes that the storage has accepted, in their order.
 */
export function checkLedger(records: readonly HolderRecord[], written: readonly number[]): LedgerFindings {
  const breaches: string[] = [];
  const holds = new Map<number, Hold>();
  const failures: Record<string, number> = {};
  const writes = { accepted: 0, refused: 0, late: 0 };
  for (const record of records) {
    if (record.kind === 'failed') failures[record.code] = (failures[record.code] ?? 0) + 1;
    else if (record.kind === 'write') {
      writes[record.accepted ? 'accepted' : 'refused']++;
      if (record.isLate) writes.late++;
      if (!record.accepted && !written.some((fence) => fence > record.fence))
        breaches.push(`the storage refused fence ${record.fence}, and had no greater one`);
    } else {
      const { node, fence, at } = record;
      const hold = holds.get(fence) ?? { node, fence, from: at, until: at };
      if (hold.node !== node) breaches.push(`${hold.node} and ${node} have fence ${fence}`);
      holds.set(fence, hold);
      hold.from = Math.min(hold.from, at);
      hold.until = Math.max(hold.until, at);
    }
  }
  const inOrder = [...holds.values()].sort((one, other) => one.from - other.from);
  for (const [index, hold] of inOrder.slice(1).entries()) {
    const before = inOrder[index] as Hold;
    if (hold.from <= before.until) {
      breaches.push(`${before.node} held it until ${before.until}, and ${hold.node} from ${hold.from} on`);
    }
    if (hold.fence <= before.fence) breaches.push(`fence ${hold.fence} comes after ${before.fence}`);
  }
  for (const [index, fence] of written.slice(1).entries()) {
    if (fence < (written[index] as number))
      breaches.push(`fence ${fence} was written after ${written[index]}`);
  }
  return { breaches, holds: holds.size, ...writes, failures };
}
