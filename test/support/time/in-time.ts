import assert from 'node:assert/strict';

const TICK_MS = 5;
/** Tolerance for the imprecision of timers. */
const STALL_MS = 5;

/**
 * Fails when a call has not settled before its deadline. Adds the time during which the event loop was blocked while
 * the call ran, because this process could not have noticed the result earlier: the loop may have been blocked both
 * when the call was sent and when its deadline passed.
 */
export async function settlesInTime<T>(boundMs: number, what: string, call: () => Promise<T>): Promise<T> {
  let last = performance.now();
  let stalledMs = 0;
  const look = (): void => {
    const now = performance.now();
    const lagMs = now - last - TICK_MS;
    if (lagMs > STALL_MS) stalledMs += lagMs;
    last = now;
  };
  const ticking = setInterval(look, TICK_MS);
  const start = performance.now();
  let overdue: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      call(),
      new Promise<never>((_, reject) => {
        overdue = setTimeout(
          () => reject(new Error(`${what} has not settled after ${boundMs + 5000} ms`)),
          boundMs + 5000,
        );
      }),
    ]);
  } finally {
    clearTimeout(overdue);
    clearInterval(ticking);
    // The processor may have been taken away just when the call settled.
    look();
    const tookMs = performance.now() - start;
    assert.ok(
      tookMs <= boundMs + stalledMs + STALL_MS,
      `${what} took ${tookMs} ms of ${boundMs} (stalled for ${stalledMs} ms)`,
    );
  }
}
