/** Returns the system time in milliseconds since 1970, for display only; no decision may use it. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
