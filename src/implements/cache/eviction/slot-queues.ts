/** The queues of a map; each number is also the place of the queue's own node among the links. */
export const WINDOW = 0;
export const PROBATION = 1;
export const PROTECTED = 2;

/** Slots count from here: lower numbers are the queues themselves. */
export const FIRST_SLOT = 3;
/** Where a slot would stand: there is none. */
export const NO_SLOT = 0;

/**
 * Three doubly linked queues over the slots of a map. A slot is in one queue at most. The links of a slot lie side by
 * side (newer at an even place, older at the odd one after it), so that a move touches three cache lines, not six.
 */
export class SlotQueues {
  readonly counts = new Int32Array(FIRST_SLOT);
  private links: Int32Array;

  constructor(capacity: number) {
    this.links = new Int32Array(2 * capacity);
    for (let queue = 0; queue < FIRST_SLOT; queue++) this.join(queue, queue);
  }

  /** Makes room for more slots; copies what is there in one go. */
  grow(capacity: number): void {
    const links = new Int32Array(2 * capacity);
    links.set(this.links);
    this.links = links;
  }

  /** The slot that has been longest in a queue, or `NO_SLOT`. */
  oldest(queue: number): number {
    const slot = this.links[2 * queue] as number;
    return slot < FIRST_SLOT ? NO_SLOT : slot;
  }

  /** The next younger slot of the same queue, or `NO_SLOT`. */
  newer(slot: number): number {
    const next = this.links[2 * slot] as number;
    return next < FIRST_SLOT ? NO_SLOT : next;
  }

  pushNewest(queue: number, slot: number): void {
    const newest = this.links[2 * queue + 1] as number;
    this.join(newest, slot);
    this.join(slot, queue);
    this.counts[queue] = (this.counts[queue] as number) + 1;
  }

  pushOldest(queue: number, slot: number): void {
    const oldest = this.links[2 * queue] as number;
    this.join(queue, slot);
    this.join(slot, oldest);
    this.counts[queue] = (this.counts[queue] as number) + 1;
  }

  remove(queue: number, slot: number): void {
    this.join(this.links[2 * slot + 1] as number, this.links[2 * slot] as number);
    this.counts[queue] = (this.counts[queue] as number) - 1;
  }

  private join(older: number, newer: number): void {
    this.links[2 * older] = newer;
    this.links[2 * newer + 1] = older;
  }
}
