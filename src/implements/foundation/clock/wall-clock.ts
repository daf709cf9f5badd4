/** The machine's date in milliseconds since 1970, for people to read; nothing is decided by it. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
