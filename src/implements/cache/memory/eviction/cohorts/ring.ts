/**
 * Node of a doubly linked ring. A node that is alone is its own neighbour; one node of a ring serves as its head.
 *
 * @typeParam N  Class of the nodes.
 */
export class RingNode<N extends RingNode<N>> {
  next: N = this as unknown as N;
  private previous: RingNode<N> = this;

  get isAlone(): boolean {
    return (this.next as RingNode<N>) === this;
  }

  /** Joins the ring of a head, as the last node. */
  join(head: N): void {
    const self = this as unknown as N;
    this.next = head;
    this.previous = head.previous;
    head.previous.next = self;
    head.previous = this;
  }

  leave(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this as unknown as N;
    this.previous = this;
  }
}
