import { addressText } from '../endpoint.js';
import { ClusterTopology } from './cluster/cluster-topology.js';
import { type NodeBounds, RedisNode } from './redis-node.js';
import { sentinelTopology } from './sentinel/sentinel-topology.js';
import { SingleTopology } from './single-topology.js';
import type { Target } from './target.js';
import type { Topology } from './topology.js';

/** Creates the topology of a target. Nothing is opened yet. */
export function topologyOf(target: Target, bounds: NodeBounds, onChange: () => void): Topology {
  switch (target.mode) {
    case 'cluster':
      return new ClusterTopology(target, bounds, onChange);
    case 'sentinel':
      return sentinelTopology(target, bounds, onChange);
    default: {
      const { endpoint } = target;
      const name = addressText(endpoint.address);
      return new SingleTopology(new RedisNode({ ...bounds, name, locate: () => endpoint, onChange }));
    }
  }
}
