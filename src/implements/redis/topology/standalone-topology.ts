import { addressText, type Endpoint } from '../endpoint.js';
import { lost } from '../link/supervised-link.js';
import { type NodeBounds, RedisNode } from './redis-node.js';
import { MasterSearch } from './role/master-search.js';
import { refuseReplica, roleOf } from './role/role.js';
import { SingleTopology } from './single-topology.js';
import type { Topology } from './topology.js';

/**
 * The server of an address. A service may move its name from a master to the replica that takes its place, while the
 * old links go on leading to the former: when a write is refused by a replica, the name is looked up anew. A link is
 * given up when a new one has found a master; a server that stays a replica is kept, for it can be read.
 */
export function standaloneTopology(endpoint: Endpoint, bounds: NodeBounds, onChange: () => void): Topology {
  const { clock, commandTimeoutMs } = bounds;
  let isSearching = false;
  const node: RedisNode = new RedisNode({
    ...bounds,
    name: addressText(endpoint.address),
    locate: () => endpoint,
    prepare: async (link) => {
      if (isSearching) refuseReplica(await roleOf(link, commandTimeoutMs, 'INFO'));
    },
    onRefusal: (reason) => {
      if (reason === 'READONLY') search.refused();
    },
    onChange,
  });
  const search = new MasterSearch({
    clock,
    look: async () => {
      isSearching = true;
      try {
        return await node.supplant(
          async ({ link }) => (await roleOf(link, commandTimeoutMs, 'INFO')) === 'master',
          lost('the server has become a replica'),
        );
      } finally {
        isSearching = false;
      }
    },
  });
  return new SingleTopology(node, () => search.close());
}
