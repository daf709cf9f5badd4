// State of a slot, one byte: its queue + 1 (0 = free), a mark for a use since it was last spared, and its frequency,
// which counts each burst of uses between two sparings once.
export const FREQUENCY = 0b0001111;
export const USED = 0b0010000;
export const QUEUE = 0b1100000;
export const QUEUE_SHIFT = 5;

/** State with half the frequency. */
export function halved(state: number): number {
  return (state & ~FREQUENCY) | ((state & FREQUENCY) >> 1);
}
