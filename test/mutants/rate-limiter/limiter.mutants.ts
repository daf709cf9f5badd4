import type { IRateLimiter } from '../../../src/interfaces/rate-limiter.js';
import type { LimiterOptions, LimiterSubject } from '../../contract/rate-limiter/subject.js';
import { memoryLimiter } from '../../subjects/rate-limiter/rate-limiter.subjects.js';

/** A limiter in memory that is wrong in one way. */
export interface LimiterMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  readonly subject: LimiterSubject;
}

type Limiter = IRateLimiter & { close(): Promise<void> };

/** A mutant whose limiter, or whose options, are changed. */
function mutant(
  breaks: string,
  flaw: string,
  change: (limiter: Limiter) => Partial<Limiter>,
  options: (options: LimiterOptions) => LimiterOptions = (same) => same,
): LimiterMutant {
  const open: LimiterSubject['open'] = async (asked = { limits: [] }) => {
    const opened = await memoryLimiter.open(options(asked));
    const { limiter } = opened;
    const changed: Limiter = {
      consume: (key, given) => limiter.consume(key, given),
      peek: (key, given) => limiter.peek(key, given),
      reset: (key) => limiter.reset(key),
      block: (key, duration) => limiter.block(key, duration),
      close: () => limiter.close(),
      ...change(limiter),
    };
    return { ...opened, limiter: changed };
  };
  return { breaks, flaw, subject: { ...memoryLimiter, open } };
}

/** Flaws outside of the algorithms. */
export const limiterMutants: readonly LimiterMutant[] = [
  mutant(
    'an invalid key, cost, request or duration is refused before anything is counted',
    'takes what it can of a bad argument',
    (limiter) => ({
      consume: (key, { cost = 1, ...rest } = {}) =>
        limiter.consume(key, { ...rest, cost: Math.min(5, Math.max(1, Math.ceil(Number(cost)) || 1)) }),
    }),
  ),
  mutant(
    'an invalid key, cost, request or duration is refused before anything is counted',
    'blocks for the shortest time instead of none',
    (limiter) => ({ block: (key, duration) => limiter.block(key, duration === 0 ? 1 : duration) }),
  ),
  mutant(
    'a key that is exempt is always allowed and never counted',
    'forgets its exemptions',
    () => ({}),
    ({ exempt: _exempt, ...options }) => options,
  ),
  mutant('a call whose signal has aborted is refused and charges nothing', 'ignores signals', (limiter) => ({
    consume: (key, { signal: _signal, ...options } = {}) => limiter.consume(key, options),
  })),
  mutant('every call of a limiter that is closed rejects', 'stays open', () => ({
    close: async () => undefined,
  })),
];
