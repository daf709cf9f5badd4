import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, OperationError } from '../../../interfaces/errors.js';
import { addressText, type Endpoint } from '../endpoint.js';
import type { Link } from '../link/link.js';
import { lost } from '../link/supervised-link.js';
import { type NodeBounds, RedisNode } from './redis-node.js';
import { Sentinels } from './sentinels.js';
import { SingleTopology } from './single-topology.js';
import type { Target } from './target.js';
import type { Topology } from './topology.js';

/** How often the Sentinels are asked whether another server is the master by now. */
const WATCH_EVERY_MS = 1000;

/**
 * The master of a name, wherever the Sentinels say that it is. After a failover the links to the old one are given up,
 * also where it still answers: what it takes is lost.
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
      if (reason === 'READONLY') node.replace(lost('the server is a replica by now'));
    },
    onChange,
  });
  const watch = every(bounds.clock, WATCH_EVERY_MS, async () => {
    if (!node.linked) return; // It is being looked for already.
    const named = addressText(await sentinels.master());
    node.replaceUnless(named, lost(`the master is ${named} by now`));
  });
  return new SingleTopology(node, () => {
    watch.cancel();
    sentinels.close();
  });
}

/** A Sentinel may name a server that has been demoted meanwhile. */
async function requireMaster(link: Link, timeoutMs: number): Promise<void> {
  try {
    const [role] = (await link.run(['ROLE'], timeoutMs, { text: true })) as [unknown];
    if (role === 'master') return;
  } catch (error) {
    // The access rules may keep it from us; then the first write that is refused tells.
    if (OperationError.is(error) && error.reason === 'NOPERM') return;
    throw error;
  }
  throw new ConnectionError('E_CONNECTION_REFUSED', 'the server is not the master', 'not-sent');
}

/** Runs a task again and again, one at a time; what it throws is the next one's business. */
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
