import { z } from 'zod';
import { globMatcher } from '../../foundation/arguments/glob.js';
import { durationOption } from '../../foundation/options/duration.js';
import type { Limit } from './limits.js';
import { limitsOption } from './limits.js';

const REQUEST_MS = 60_000;

/** Options of every rate limiter. */
export const limiterShape = {
  limits: limitsOption(),
  exempt: z
    .array(z.string().min(1).max(1024))
    .max(100)
    .default([])
    .describe('Patterns (Redis globs) of keys that are always allowed, and not counted.'),
  blockFor: durationOption()
    .optional()
    .describe(
      'Block of a key after a denial: every call is denied for this time. Default: none. A denied call does not prolong it.',
    ),
};

/** Tells if a key is exempt. */
export function exemption(patterns: readonly string[]): (key: string) => boolean {
  const matchers = patterns.map(globMatcher);
  return (key) => matchers.some((matches) => matches(key));
}

/** Milliseconds for which a request id is remembered: the longest window, at most a minute. */
export function requestMs(limits: readonly Limit[]): number {
  return Math.min(REQUEST_MS, Math.ceil(Math.max(...limits.map(({ perUs }) => perUs)) / 1000));
}
