import { ClusterTopology } from './cluster/cluster-topology.js';
import type { NodeBounds } from './redis-node.js';
import { sentinelTopology } from './sentinel/sentinel-topology.js';
import { standaloneTopology } from './standalone-topology.js';
import type { Target } from './target.js';
import type { Topology } from './topology.js';

/** Creates the topology of a target. Nothing is opened yet. */
export function topologyOf(target: Target, bounds: NodeBounds, onChange: () => void): Topology {
  switch (target.mode) {
    case 'cluster':
      return new ClusterTopology(target, bounds, onChange);
    case 'sentinel':
      return sentinelTopology(target, bounds, onChange);
    default:
      return standaloneTopology(target.endpoint, bounds, onChange);
  }
}
