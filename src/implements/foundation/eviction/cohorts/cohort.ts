/**
 * Node of a doubly linked ring. A node that is alone is its own neighbour; one node of a ring serves as its head.
 *
 * @typeParam N  Class of the nodes.
 */
class RingNode<N extends RingNode<N>> {
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

/** Entries that become worthless together. A node of the ring of buried cohorts, whose entries are evicted first. */
export class Cohort extends RingNode<Cohort> {
  /** Head of the memberships. */
  readonly members = new Membership(undefined, undefined);

  get isEmpty(): boolean {
    return this.members.isAlone;
  }

  get isBuried(): boolean {
    return !this.isAlone;
  }
}

/** Entries that carry one token of a generation. */
export class Generation extends Cohort {
  constructor(
    readonly name: string,
    readonly token: string,
    /** End of the TTL of the token, once no entry carries it. */
    public expiresAt: number,
  ) {
    super();
  }
}

/** Entries of one edition of a group. */
export class Edition extends Cohort {
  /** Place of the last use in the count of uses. */
  usedAt = 0;

  constructor(
    readonly group: string,
    readonly name: string,
  ) {
    super();
  }
}

/** Stored bytes that belong to cohorts. */
export class Member {
  readonly memberships: Membership[] = [];
  /** Edition of the bytes; `undefined` for none. */
  edition: Edition | undefined = undefined;

  constructor(
    readonly key: string,
    readonly bytes: Uint8Array,
  ) {}

  join(cohort: Cohort): void {
    const membership = new Membership(this, cohort);
    membership.join(cohort.members);
    this.memberships.push(membership);
  }

  /** `true` for the only member of a cohort. */
  isAlone(cohort: Cohort): boolean {
    const { members } = cohort;
    return members.next.member === this && members.next.next === members;
  }
}

/** Membership of an entry in a cohort: a node of the ring of its members. */
class Membership extends RingNode<Membership> {
  constructor(
    readonly member: Member | undefined,
    readonly cohort: Cohort | undefined,
  ) {
    super();
  }
}
