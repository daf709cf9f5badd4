/** Returns the system time in milliseconds since 1970, for display only; no decision may use it, as it may be set. */
export function wallTimeMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
