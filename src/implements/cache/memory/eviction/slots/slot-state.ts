// What the policy knows of a slot is one byte: its queue + 1 (0 = free), whether it was used since it was last spared, and
// how often it was used, each burst between two sparings once.
export const FREQUENCY = 0b0001111;
export const USED = 0b0010000;
export const QUEUE = 0b1100000;
export const QUEUE_SHIFT = 5;

/** The state with half the frequency. */
export function halved(state: number): number {
  return (state & ~FREQUENCY) | ((state & FREQUENCY) >> 1);
}
