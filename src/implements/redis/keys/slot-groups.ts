/** Maximum number of keys per command, and of commands per round trip, so that none blocks the server for long. */
export const BULK = 512;

/** Groups items by slot, in groups no larger than a bulk; groups and their items keep the given order. */
export function groupBySlot<T>(items: Iterable<T>, slotOf: (item: T) => number): T[][] {
  const bySlot = new Map<number, T[]>();
  const groups: T[][] = [];
  for (const item of items) {
    const slot = slotOf(item);
    let group = bySlot.get(slot);
    if (group === undefined || group.length === BULK) {
      group = [];
      bySlot.set(slot, group);
      groups.push(group);
    }
    group.push(item);
  }
  return groups;
}
