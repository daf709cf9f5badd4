/** Flaws of a feed of changes, each of which the simulator must notice. */
export interface FeedFlaws {
  /** The message leaves in a command of its own, before the change … */
  readonly publishesFirst?: boolean;
  /** … or after it. */
  readonly publishesLater?: boolean;
  readonly readsReplica?: boolean;
  /** Ignores one push for each own change, in tracking. */
  readonly swallowsOwn?: boolean;
  /** Counts a proof from the arrival of an answer. */
  readonly provesAtArrival?: boolean;
  /** Takes an answer that pushes may follow for a proof of its own beat, in tracking. */
  readonly provesAtOnce?: boolean;
  /** Takes any message as a proof. */
  readonly extendsOnMessage?: boolean;
  /** Keeps its era across streams. */
  readonly ignoresGaps?: boolean;
  /** Does not hear that everything was removed. */
  readonly ignoresEverything?: boolean;
  /** Leaves out the age of the map of slots. */
  readonly forgetsMap?: boolean;
  /** Takes late changes of its own calls, which nobody waits for any more, for answered ones. */
  readonly keepsSender?: boolean;
}
