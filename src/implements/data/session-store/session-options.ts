import { z } from 'zod';
import { durationOption } from '../../foundation/options/duration.js';
import { optionKinds } from '../../foundation/options/kinds.js';
import { sizeOption } from '../../foundation/options/size.js';

const MINUTE_MS = 60_000;

/** Options of every session store. */
export const sessionShape = {
  idle: durationOption()
    .default(30 * MINUTE_MS)
    .describe('Time after which a session that nobody uses ends; each use renews it.'),
  absolute: z
    .union([z.literal('none'), durationOption()])
    .register(optionKinds, {
      kind: 'duration',
      expected: 'a duration above zero, at most 36500 days, such as 30m, 24h or 7d; or none',
    })
    .default(24 * 60 * MINUTE_MS)
    .describe('Time after which a session ends, however often it is used: a duration, or `none`.'),
  maxDataBytes: sizeOption()
    .default(64 * 1024)
    .describe('Maximum length of the data of a session, as JSON.'),
};

/** Lives of the sessions of a store. */
export interface SessionLives {
  readonly idleMs: number;
  /** `Infinity` for none. */
  readonly absoluteMs: number;
}

/** Reads the lives from parsed options. */
export function livesOf({
  idle,
  absolute,
}: {
  readonly idle: number;
  readonly absolute: number | 'none';
}): SessionLives {
  return { idleMs: idle, absoluteMs: absolute === 'none' ? Number.POSITIVE_INFINITY : absolute };
}
