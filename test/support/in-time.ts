import assert from 'node:assert/strict';

/**
 * Fails when a call has not settled in its time. What this process could not have noticed any earlier, because it was
 * not given the processor, is added: it is measured while the call runs.
 */
export async function settlesInTime<T>(boundMs: number, what: string, call: () => Promise<T>): Promise<T> {
  let last = performance.now();
  let lagMs = 0;
  const look = (): void => {
    const now = performance.now();
    lagMs = Math.max(lagMs, now - last - 5);
    last = now;
  };
  const ticking = setInterval(look, 5);
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
    assert.ok(tookMs <= boundMs + lagMs + 5, `${what} took ${tookMs} ms of ${boundMs} (lag ${lagMs} ms)`);
  }
}
