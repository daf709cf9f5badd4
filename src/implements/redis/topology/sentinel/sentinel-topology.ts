import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import type { HostPort } from '../../endpoint.js';
import { lost } from '../../link/supervised-link.js';
import { type NodeBounds, RedisNode } from '../redis-node.js';
import { MasterSearch } from '../role/master-search.js';
import { roleOf } from '../role/role.js';
import { SingleTopology } from '../single-topology.js';
import type { Target } from '../target.js';
import type { Topology } from '../topology.js';
import { MasterProof } from './master-proof.js';
import { MasterWatch } from './master-watch.js';
import { Sentinels } from './sentinels.js';

/** Interval at which the Sentinels are asked for the current master. */
const WATCH_EVERY_MS = 1000;

/**
 * The master of a name, at an address that the Sentinels report. A link is given up when another server has proved to
 * be the master: by its own word, over an open link. Until then it stays, whatever the Sentinels say; after that it
 * goes, even if its server still answers, because writes to a former master are lost.
 */
export function sentinelTopology(
  target: Extract<Target, { mode: 'sentinel' }>,
  bounds: NodeBounds,
  onChange: () => void,
): Topology {
  const { sentinels: endpoints, name, natMap, db, access } = target;
  const { clock, commandTimeoutMs } = bounds;
  const sentinels = new Sentinels({ ...bounds, endpoints, name, natMap });
  const endpointOf = (address: HostPort) => ({ address, db, access });
  const proof = new MasterProof(bounds, endpointOf);
  const watch = new MasterWatch(clock, sentinels, proof);
  const node: RedisNode = new RedisNode({
    ...bounds,
    name,
    locate: async () => endpointOf(await watch.locate()),
    prepare: (link) => proof.require(link),
    onRefusal: (reason) => {
      if (reason === 'READONLY') search.refused();
    },
    onChange,
  });
  const search = new MasterSearch({
    clock,
    look: () =>
      node.supplant(
        async ({ link }) => (await roleOf(link, commandTimeoutMs, 'ROLE')) === 'master',
        lost('the server has become a replica'),
      ),
  });
  const watching = every(clock, WATCH_EVERY_MS, () => watch.check(node));
  return new SingleTopology(node, () => {
    watching.cancel();
    search.close();
    proof.close();
    sentinels.close();
  });
}

/** Repeats a task, one run at a time; errors are left to the next run. */
function every(clock: IClock, ms: number, task: () => Promise<void>): ScheduledTask {
  let timer: ScheduledTask;
  let cancelled = false;
  const next = (): void => {
    if (cancelled) return;
    timer = clock.schedule(ms, () => void task().then(next, next));
  };
  next();
  return {
    cancel: () => {
      cancelled = true;
      timer.cancel();
    },
  };
}
