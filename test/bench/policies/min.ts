import type { Trace } from '../../foundation/eviction/generated-traces.js';

const NEVER = 2 ** 31 - 1;

/** Hits of Belady's MIN that may also pass an item by: what no policy can exceed. */
export function min({ requests, items }: Trace, capacity: number): number {
  const next = nextUses(requests, items);
  const dueAt = new Int32Array(items).fill(-1);
  const heap = new LatestFirst();
  let size = 0;
  let hits = 0;
  for (let at = 0; at < requests.length; at++) {
    const item = requests[at] as number;
    const due = next[at] as number;
    if ((dueAt[item] as number) >= 0) {
      hits++;
      size--;
    }
    dueAt[item] = due === NEVER ? -1 : due;
    if (due === NEVER) continue;
    heap.push(due, item);
    if (++size <= capacity) continue;
    for (let evicted = false; !evicted; ) {
      const [latest, candidate] = heap.pop();
      evicted = dueAt[candidate] === latest;
      if (evicted) dueAt[candidate] = -1;
    }
    size--;
  }
  return hits;
}

function nextUses(requests: Int32Array, items: number): Int32Array {
  const next = new Int32Array(requests.length);
  const seen = new Int32Array(items).fill(NEVER);
  for (let at = requests.length - 1; at >= 0; at--) {
    const item = requests[at] as number;
    next[at] = seen[item] as number;
    seen[item] = at;
  }
  return next;
}

/** A binary heap of items by their next use; the latest comes first. */
class LatestFirst {
  private readonly dues: number[] = [];
  private readonly items: number[] = [];

  push(due: number, item: number): void {
    let at = this.dues.push(due) - 1;
    this.items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.dues[parent] as number) >= due) break;
      this.put(at, this.dues[parent] as number, this.items[parent] as number);
      at = parent;
    }
    this.put(at, due, item);
  }

  pop(): [due: number, item: number] {
    const first: [number, number] = [this.dues[0] as number, this.items[0] as number];
    const due = this.dues.pop() as number;
    const item = this.items.pop() as number;
    const length = this.dues.length;
    if (length === 0) return first;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && (this.dues[child + 1] as number) > (this.dues[child] as number)) child++;
      if ((this.dues[child] as number) <= due) break;
      this.put(at, this.dues[child] as number, this.items[child] as number);
      at = child;
    }
    this.put(at, due, item);
    return first;
  }

  private put(at: number, due: number, item: number): void {
    this.dues[at] = due;
    this.items[at] = item;
  }
}
