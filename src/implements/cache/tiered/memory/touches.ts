/** Moments of one tier, in order: two of them are never equal, unlike times of a clock. */
export class Moments {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

/** Calls that touch a name now. */
interface Touch {
  readers: number;
  changers: number;
  /** `true` when another call answered during an own change: nobody can tell which of them the server ran last. */
  overlaps: boolean;
  /** Moment of the last change, known or possible. */
  changedAt: number;
  /** Moment at which the last change was called that has put an end to earlier removals. */
  settledAt: number;
}

/**
 * Names (keys or generations) that reads and changes of this process are touching: a read that a change may have
 * overtaken must not become a copy. Holds names only while calls are in flight.
 */
export class Touches {
  readonly #moments: Moments;
  readonly #touches = new Map<string, Touch>();
  #allChangedAt = 0;
  #allChangers = 0;

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  /** Number of names that are touched now. */
  get size(): number {
    return this.#touches.size;
  }

  beginRead(name: string): void {
    this.#touch(name).readers++;
  }

  /** @returns `true` when the answer of a read that was sent at a moment may become a copy. */
  endRead(name: string, sentAt: number): boolean {
    const isCurrent = this.isUnchanged(name, sentAt);
    const touch = this.#touch(name);
    // The answer may be newer than the own change under way: its value must not become a copy after it was read.
    if (touch.changers > 0) touch.overlaps = true;
    touch.readers--;
    this.#release(name, touch);
    return isCurrent;
  }

  isRead(name: string): boolean {
    return (this.#touches.get(name)?.readers ?? 0) > 0;
  }

  /** `true` when no change of a name that is being read has begun or been heard of since a moment, nor is under way. */
  isUnchanged(name: string, since: number): boolean {
    const touch = this.#touches.get(name);
    return (
      this.#allChangers === 0 &&
      this.#allChangedAt < since &&
      (touch === undefined || (touch.changers === 0 && touch.changedAt < since))
    );
  }

  /** A change of a name was heard of. */
  changed(name: string): void {
    const touch = this.#touches.get(name);
    if (touch !== undefined) touch.changedAt = this.#moments.next();
  }

  /** All names have changed. */
  allChanged(): void {
    this.#allChangedAt = this.#moments.next();
  }

  beginChange(name: string): void {
    const touch = this.#touch(name);
    if (touch.changers++ > 0) touch.overlaps = true;
    touch.changedAt = this.#moments.next();
  }

  /**
   * Ends an own change.
   *
   * @param begun  Moment after its begin.
   * @returns `true` when nothing else can have changed the name since.
   */
  endChange(name: string, begun: number): boolean {
    const touch = this.#touch(name);
    const isAlone =
      !touch.overlaps && touch.changedAt < begun && this.#allChangedAt < begun && this.#allChangers === 0;
    touch.changers--;
    if (touch.changers === 0) touch.overlaps = false;
    touch.changedAt = this.#moments.next();
    this.#release(name, touch);
    return isAlone;
  }

  /** An own change has reached the store, and puts an end to removals that were called before it. */
  settled(name: string, begun: number): void {
    const touch = this.#touches.get(name);
    if (touch !== undefined && touch.settledAt < begun) touch.settledAt = begun;
  }

  /** `true` when a change that was called after a moment has put an end to removals, for a name that is being changed. */
  isSettled(name: string, since: number): boolean {
    return (this.#touches.get(name)?.settledAt ?? 0) > since;
  }

  isChanging(name: string): boolean {
    return (this.#touches.get(name)?.changers ?? 0) > 0;
  }

  beginAll(): void {
    this.#allChangers++;
    this.allChanged();
  }

  endAll(): void {
    this.#allChangers--;
    this.allChanged();
  }

  #touch(name: string): Touch {
    let touch = this.#touches.get(name);
    if (touch === undefined) {
      touch = { readers: 0, changers: 0, overlaps: false, changedAt: 0, settledAt: 0 };
      this.#touches.set(name, touch);
    }
    return touch;
  }

  #release(name: string, { readers, changers }: Touch): void {
    if (readers === 0 && changers === 0) this.#touches.delete(name);
  }
}
