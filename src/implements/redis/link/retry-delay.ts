import { randomInt } from 'node:crypto';

const FIRST_MS = 25;
const CAP_MS = 500;
const AUTH_MS = 1000;

/**
 * How long to wait before the next attempt, in milliseconds: doubling, half of it fixed and half of it random, at most
 * half a second, so that a thousand clients do not come back in one instant and all are back within two seconds.
 *
 * @param attempt  How many attempts failed before, from 1.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("equal jitter")
 */
export function retryDelayMs(attempt: number): number {
  const half = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 10)) / 2;
  return half + randomInt(Math.floor(half) + 1);
}

/**
 * The same after refused credentials, which do not get better by themselves: one second to one and a half, seldom enough
 * for the server's log and soon enough for a password that is being rotated.
 */
export function authRetryDelayMs(): number {
  return AUTH_MS + randomInt(AUTH_MS / 2 + 1);
}
