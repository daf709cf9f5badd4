/** Milliseconds since 1970 by the machine's clock, for people to read: somebody may set it, so it decides nothing. */
export function wallTimeMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
