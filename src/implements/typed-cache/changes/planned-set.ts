/** Change of a key, or of many, that is on its way to the store. */
export interface ChangeInFlight {
  /** Settles when the change has reached the store, or will not any more. */
  ended(): Promise<void>;
}

/** Removal, expiry or wide invalidation on its way to the store. */
export class InvalidationInFlight implements ChangeInFlight {
  #isOver = false;
  #waiting: (() => void)[] = [];

  ended(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  end(): void {
    this.#isOver = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/**
 * One key of a set, from the call on. It is planned while a schema checks its value, waits for earlier changes of the
 * key, and runs. A later change of the key takes its place: what has not been sent by then never is.
 */
export class PlannedSet implements ChangeInFlight {
  readonly name: string;
  readonly tags: readonly string[];
  #stage: 'planned' | 'waiting' | 'running' = 'planned';
  #successor: Promise<boolean> | undefined;
  #isVoid = false;
  #isOver = false;
  #result: boolean | undefined;
  #waiting: (() => void)[] | undefined;
  #asking: ((reached: boolean) => void)[] | undefined;

  constructor(name: string, tags: readonly string[]) {
    this.name = name;
    this.tags = tags;
  }

  /** `true` until the value has been checked. */
  get isPlanned(): boolean {
    return this.#stage === 'planned';
  }

  /** `true` from the first step at the store on: later sets wait for it instead of taking its place. */
  get isRunning(): boolean {
    return this.#stage === 'running';
  }

  /** Outcome of the later change that took its place, `true` when that reached the store. */
  get successor(): Promise<boolean> | undefined {
    return this.#successor;
  }

  /** `true` when a later invalidation covers the value: what the key had before is removed instead. */
  get isVoid(): boolean {
    return this.#isVoid;
  }

  /** `true` while the value may still be sent. */
  get goes(): boolean {
    return this.#successor === undefined && !this.#isVoid;
  }

  /** Lets the set wait for its turn: its value has been checked. */
  wait(): void {
    this.#stage = 'waiting';
  }

  run(): void {
    this.#stage = 'running';
  }

  void(): void {
    this.#isVoid = true;
  }

  giveWay(successor: Promise<boolean>): void {
    this.#successor ??= successor;
  }

  ended(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting ??= [];
      this.#waiting.push(resolve);
    });
  }

  end(): void {
    this.#isOver = true;
    for (const wake of this.#waiting?.splice(0) ?? []) wake();
  }

  /** Result of the call for this key, which those wait for whose place it took. */
  result(): Promise<boolean> {
    if (this.#result !== undefined) return Promise.resolve(this.#result);
    return new Promise((resolve) => {
      this.#asking ??= [];
      this.#asking.push(resolve);
    });
  }

  settle(reached: boolean): void {
    this.#result = reached;
    for (const tell of this.#asking?.splice(0) ?? []) tell(reached);
  }
}
