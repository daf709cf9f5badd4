/**
 * Returns the system time in milliseconds since 1970, for display, and as the floor of fences that must grow over restarts
 * of this process; no other decision may use it, as it may be set.
 */
export function wallTimeMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/**
 * Returns the system time in milliseconds since 1970 as it is set now, to compare it with an expiry that is a date: that
 * of a token, which its issuer states by the calendar.
 */
export function timeOfDayMs(): number {
  return Date.now();
}

/** Time of a date in text, such as `Nov 28 12:00:00 2026 GMT`, in milliseconds since 1970. */
export function dateMs(text: string): number {
  return Date.parse(text);
}

/** Returns the system time as text, `2026-11-28T12:00:00.000Z`, for people who read a log. */
export function timeOfDayText(): string {
  return new Date(timeOfDayMs()).toISOString();
}

/** Milliseconds since 1970 of a date that a caller gives; `undefined` for what is no valid date. */
export function msOfDate(value: unknown): number | undefined {
  if (!(value instanceof Date)) return undefined;
  const ms = value.getTime();
  return Number.isNaN(ms) ? undefined : ms;
}

/** Date of milliseconds since 1970, for callers who gave dates. */
export function dateOf(ms: number): Date {
  return new Date(ms);
}
