import { setTimeout as sleep } from 'node:timers/promises';

/** Bound of a wait for a condition, and interval of the checks. */
export interface Patience {
  /** Milliseconds after which it has failed. Default: 5000. */
  readonly withinMs?: number;
  /** Milliseconds between two checks. Default: 5. */
  readonly everyMs?: number;
}

/**
 * Waits until a condition holds, and no longer.
 *
 * @param what       Ends the sentence "… did not come true: ".
 * @param condition  Looked at again and again; a throw means: not yet.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { withinMs = 5000, everyMs = 5 }: Patience = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  let last: unknown;
  do {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(everyMs);
  } while (performance.now() < end);
  throw new Error(`within ${withinMs} ms this did not come true: ${what}`, { cause: last });
}

/** Rejects when a promise has not settled before the deadline. */
export async function settlesWithin<T>(withinMs: number, what: string, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(withinMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what} had not settled after ${withinMs} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
