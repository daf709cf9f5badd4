import type { Duration } from '../../../src/interfaces/duration.js';
import type { IRateLimiter } from '../../../src/interfaces/rate-limiter.js';
import type { Law, Opened, Subject } from '../law.js';

/** `shared`: other processes can open a limiter of the same counts. */
export type LimiterCapability = 'shared';

/** One limit, as it is declared. */
export interface DeclaredLimit {
  readonly name: string;
  readonly algorithm: 'fixedWindow' | 'slidingWindow' | 'slidingCounter' | 'tokenBucket';
  readonly limit: number;
  readonly per: Duration;
  readonly burst?: number;
}

export interface LimiterOptions {
  readonly limits: readonly DeclaredLimit[];
  readonly exempt?: string[];
  readonly blockFor?: Duration;
}

/** A limiter that was opened for one law; only `advance` moves its time. */
export interface OpenLimiter extends Opened {
  readonly limiter: IRateLimiter & { close(): Promise<void> };
  advance(ms: number): Promise<void>;
  /** Another limiter of the same counts. Requires `shared`. */
  twin?(): Promise<IRateLimiter>;
}

export type LimiterLaw = Law<LimiterCapability, OpenLimiter, LimiterOptions>;
export type LimiterSubject = Subject<LimiterCapability, OpenLimiter, LimiterOptions>;
/** Opens the subject of a law with options. */
export type OpenWith = (options: LimiterOptions) => Promise<OpenLimiter>;

/** A law of every rate limiter. */
export function law(title: string, prove: (open: OpenWith) => Promise<void>): LimiterLaw {
  return { title, needs: [], prove };
}

/** A law of those whose counts others can share. */
export function lawOfShared(title: string, prove: (open: OpenWith) => Promise<void>): LimiterLaw {
  return { title, needs: ['shared'], prove };
}
