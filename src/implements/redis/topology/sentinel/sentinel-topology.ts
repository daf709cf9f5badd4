import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { ConnectionError, OperationError } from '../../../../interfaces/errors.js';
import { addressText, type Endpoint } from '../../endpoint.js';
import type { Link } from '../../link/link.js';
import { lost } from '../../link/supervised-link.js';
import { type NodeBounds, RedisNode } from '../redis-node.js';
import { SingleTopology } from '../single-topology.js';
import type { Target } from '../target.js';
import type { Topology } from '../topology.js';
import { Sentinels } from './sentinels.js';

/** Interval at which the Sentinels are asked for the current master. */
const WATCH_EVERY_MS = 1000;

/**
 * The master of a name, at the address that the Sentinels report. After a failover the links to the old master are
 * given up even if it still answers, because its writes are lost.
 */
export function sentinelTopology(
  target: Extract<Target, { mode: 'sentinel' }>,
  bounds: NodeBounds,
  onChange: () => void,
): Topology {
  const { sentinels: endpoints, name, natMap, db, access } = target;
  const sentinels = new Sentinels({ ...bounds, endpoints, name, natMap });
  const locate = async (): Promise<Endpoint> => ({ address: await sentinels.master(), db, access });
  const node: RedisNode = new RedisNode({
    ...bounds,
    name,
    locate,
    prepare: (link) => requireMaster(link, bounds.commandTimeoutMs),
    onRefusal: (reason) => {
      if (reason === 'READONLY') node.replace(lost('the server has become a replica'));
    },
    onChange,
  });
  const watch = every(bounds.clock, WATCH_EVERY_MS, async () => {
    if (!node.linked) return; // The address is being looked up already.
    const named = addressText(await sentinels.master());
    node.replaceUnless(named, lost(`the master is now ${named}`));
  });
  return new SingleTopology(node, () => {
    watch.cancel();
    sentinels.close();
  });
}

/** Refuses a server that has been demoted since a Sentinel named it. */
async function requireMaster(link: Link, timeoutMs: number): Promise<void> {
  try {
    const [role] = (await link.run(['ROLE'], timeoutMs, { text: true })) as [unknown];
    if (role === 'master') return;
  } catch (error) {
    // The access rules may forbid ROLE; the first refused write shows it then.
    if (OperationError.is(error) && error.reason === 'NOPERM') return;
    throw error;
  }
  throw new ConnectionError('E_CONNECTION_REFUSED', 'the server is not the master', 'not-sent');
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
