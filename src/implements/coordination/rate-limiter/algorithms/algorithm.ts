/**
 * An algorithm that counts what one limit has admitted. States are values: charging one makes another. Moments and
 * durations are whole microseconds, costs whole units of at most the limit.
 */
export interface Algorithm<State> {
  /** State of a key that nothing was charged to. */
  readonly empty: State;
  /** State after a charge; `undefined` when the limit denies it. */
  charge(state: State, now: number, cost: number): State | undefined;
  /** Time after which a charge that is denied now would be allowed. */
  retryUs(state: State, now: number, cost: number): number;
  /** Units that may be taken at once. */
  remaining(state: State, now: number): number;
  /** Time after which the state is empty, if nothing else is charged. */
  resetUs(state: State, now: number): number;
}
