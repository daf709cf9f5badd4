import { eventually } from '../../time/eventually.js';
import { type ClusterNode, essenceOf, has, viewOf } from './cluster-view.js';

/**
 * Waits until all nodes agree, and name the owners of slots that have moved; assigns slots again where that was lost.
 *
 * A node gives itself a new epoch for a slot that it imports, greater than those that it knows. If it does not know the
 * latest one, because slots move faster than nodes hear of each other, then a late message of the former owner has the
 * greater epoch and takes the slot back, after the former owner has given it away: two nodes name each other for ever,
 * and nobody serves the slot. Therefore the next move begins when all nodes know all epochs.
 *
 * @param owners  Ids of the owners, by their slots.
 * @param nodes   All that live.
 */
export async function agreeOnSlots(
  owners: ReadonlyMap<number, string>,
  nodes: readonly ClusterNode[],
): Promise<void> {
  const isAgreed = async (): Promise<boolean> => {
    const views = await Promise.all(nodes.map(viewOf));
    let isMissing = false;
    for (const [index, view] of views.entries()) {
      const entries = new Map(view.map((entry) => [entry.id, entry]));
      const isMaster = view.some(({ flags }) => flags.includes('myself') && flags.includes('master'));
      for (const [slot, id] of owners) {
        const entry = entries.get(id);
        if (entry !== undefined && has(entry, slot)) continue;
        isMissing = true;
        if (isMaster) await nodes[index]?.text('CLUSTER', 'SETSLOT', slot, 'NODE', id);
      }
    }
    return !isMissing && new Set(views.map(essenceOf)).size === 1;
  };
  await eventually('the nodes agree on the slots', isAgreed, { withinMs: 20_000, everyMs: 20 });
}
