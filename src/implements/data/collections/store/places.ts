/** Places of a range, from the first one up to the one after the last. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

/** Places that a range names in a list of some size; negative ones count from its end. */
export function places(start: number, stop: number, size: number): Places {
  const from = Math.max(0, start < 0 ? start + size : start);
  const to = Math.min(size, (stop < 0 ? stop + size : stop) + 1);
  return from < to ? { from, to } : { from: 0, to: 0 };
}

/** Number of items that a range may name; `undefined` when it depends on the size. */
export function span(start: number, stop: number): number | undefined {
  return start < 0 === stop < 0 ? Math.max(0, stop - start + 1) : undefined;
}
