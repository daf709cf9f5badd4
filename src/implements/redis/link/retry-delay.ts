import { randomInt } from 'node:crypto';

const FIRST_MS = 25;
const CAP_MS = 500;
const AUTH_MS = 1000;

/**
 * Delay before the next attempt, in milliseconds. It doubles with every failure up to half a second; half of it is
 * fixed and half is random, so that a thousand clients do not reconnect at the same instant, and all are back within
 * two seconds.
 *
 * @param attempt  Number of failed attempts, from 1.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("equal jitter")
 */
export function retryDelayMs(attempt: number): number {
  const half = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 10)) / 2;
  return half + randomInt(Math.floor(half) + 1);
}

/**
 * Delay after refused credentials, which do not recover by themselves: 1 to 1.5 seconds, seldom enough for the
 * server's log and soon enough for a password that is being rotated.
 */
export function authRetryDelayMs(): number {
  return AUTH_MS + randomInt(AUTH_MS / 2 + 1);
}
