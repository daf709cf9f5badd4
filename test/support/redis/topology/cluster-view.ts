/** Access to one node of a cluster. */
export interface ClusterNode {
  text(...words: readonly (string | number)[]): Promise<string>;
}

/** View of one node of a cluster on one node, itself or another. */
export interface ClusterEntry {
  readonly id: string;
  /** As it is announced. */
  readonly port: number;
  readonly hostname: string;
  readonly flags: readonly string[];
  /** Of the master that it follows. */
  readonly masterId: string | undefined;
  /** Of two masters that claim a slot, that with the greater one has it. */
  readonly epoch: number;
  /** First and last slot of each range. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** View of a node on the cluster. */
export async function viewOf(node: ClusterNode): Promise<ClusterEntry[]> {
  return (await node.text('CLUSTER', 'NODES')).trimEnd().split('\n').map(entryOf);
}

export function has(entry: ClusterEntry, slot: number): boolean {
  return entry.ranges.some(([first, last]) => first <= slot && slot <= last);
}

/** Part of a view that is equal on all nodes as soon as they agree. */
export function essenceOf(view: readonly ClusterEntry[]): string {
  const told = view.map(({ id, port, hostname, masterId, epoch, ranges }) =>
    [id, port, hostname, masterId, epoch, ...ranges].join(' '),
  );
  return JSON.stringify(told.sort());
}

/** `id ip:port@bus,hostname flags master ping pong epoch link slot slot-slot [slot->-id] …` */
function entryOf(line: string): ClusterEntry {
  const [id = '', address = '', flags = '', master = '-', , , epoch, , ...slots] = line.split(' ');
  const [, port = '', hostname = ''] = /:(\d+)@\d+(?:,(.*))?$/.exec(address) ?? [];
  return {
    id,
    port: Number(port),
    hostname,
    flags: flags.split(','),
    masterId: master === '-' ? undefined : master,
    epoch: Number(epoch),
    ranges: slots
      .filter((each) => !each.startsWith('['))
      .map((each) => {
        const [first, last = first] = each.split('-').map(Number) as [number, number?];
        return [first, last];
      }),
  };
}
