/** Doubly linked queues over item numbers; each queue has a sentinel node after the items. */
export class ItemQueues {
  readonly counts: Int32Array;
  private readonly newer: Int32Array;
  private readonly older: Int32Array;

  constructor(
    private readonly items: number,
    queues: number,
  ) {
    this.counts = new Int32Array(queues);
    this.newer = new Int32Array(items + queues);
    this.older = new Int32Array(items + queues);
    for (let queue = items; queue < items + queues; queue++) this.join(queue, queue);
  }

  /** -1 when a queue is empty. */
  oldest(queue: number): number {
    const item = this.newer[this.items + queue] as number;
    return item < this.items ? item : -1;
  }

  push(queue: number, item: number): void {
    this.join(this.older[this.items + queue] as number, item);
    this.join(item, this.items + queue);
    this.counts[queue] = (this.counts[queue] as number) + 1;
  }

  remove(queue: number, item: number): void {
    this.join(this.older[item] as number, this.newer[item] as number);
    this.counts[queue] = (this.counts[queue] as number) - 1;
  }

  private join(older: number, newer: number): void {
    this.newer[older] = newer;
    this.older[newer] = older;
  }
}
