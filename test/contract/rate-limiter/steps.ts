import type { IRateLimiter } from '../../../src/interfaces/rate-limiter.js';
import type { DeclaredLimit } from './subject.js';

/** One limit of each algorithm, all of five units a second. */
export const EACH: readonly DeclaredLimit[] = [
  { name: 'fixed', algorithm: 'fixedWindow', limit: 5, per: '1s' },
  { name: 'sliding', algorithm: 'slidingWindow', limit: 5, per: '1s' },
  { name: 'counter', algorithm: 'slidingCounter', limit: 5, per: '1s' },
  { name: 'bucket', algorithm: 'tokenBucket', limit: 5, per: '1s' },
];

/** Number of calls among some that were allowed. */
export async function admitted(limiter: IRateLimiter, key: string, calls: number, cost = 1): Promise<number> {
  const decisions = await Promise.all(Array.from({ length: calls }, () => limiter.consume(key, { cost })));
  return decisions.filter(({ allowed }) => allowed).length;
}

/** Numbers below a bound, the same for one seed. */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}
