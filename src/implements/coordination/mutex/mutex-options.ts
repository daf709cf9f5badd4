import { z } from 'zod';
import { durationOption } from '../../foundation/options/duration.js';

/** Options of every mutex site: values for the options that an acquisition does not give. */
export const mutexShape = {
  expire: durationOption()
    .default(30_000)
    .describe('Lease of a lock whose acquisition sets none: it is free again after this time.'),
  wait: durationOption()
    .default(10_000)
    .describe('Maximum time that `acquire` and `run` wait for a lock when the call sets none.'),
  autoExtend: z
    .boolean()
    .default(false)
    .describe('Extends leases in the background while locks are held, at most for `maxHold` of the call.'),
};

/** Parsed options for calls that give none. */
export interface MutexDefaults {
  readonly expire: number;
  readonly wait: number;
  readonly autoExtend: boolean;
  readonly minReplicas: number;
}
