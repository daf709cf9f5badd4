import { z } from 'zod';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import { mutexShape } from './mutex-options.js';

export const redisMutexSiteSchema = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('mutex:')
      .describe('Prefix of every key and channel. Sites with the same prefix share their locks.'),
    ...mutexShape,
    minReplicas: z
      .int()
      .min(0)
      .default(0)
      .describe(
        'Number of replicas that must confirm a lock and its extensions when the call sets none; requires `+wait`.',
      ),
  })
  .superRefine(checkComponentConnection)
  .describe('Locks by name in Redis, among all processes with the same prefix.');

type Written = z.input<typeof redisMutexSiteSchema>;

/** Options of a `RedisMutexSite` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisMutexSiteOptions = ComponentConnection & Omit<Written, ComponentConnectionOption>;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedMutexSiteOptions = UncheckedComponentConnection &
  Omit<Written, ComponentConnectionOption>;
