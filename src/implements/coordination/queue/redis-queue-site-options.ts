import { z } from 'zod';
import type { CodecOption } from '../../foundation/codecs/codec-option.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import { queueShape } from './queue-options.js';

export const redisQueueSiteSchema = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('queue:')
      .describe('Prefix of every key and channel. Sites with the same prefix share their queues.'),
    ...queueShape,
    minReplicas: z
      .int()
      .min(0)
      .default(0)
      .describe('Number of replicas that must confirm messages that are produced; requires `+wait`.'),
  })
  .superRefine(checkComponentConnection)
  .describe('Queues by name in Redis, among all processes with the same prefix.');

type Written = z.input<typeof redisQueueSiteSchema>;
type OwnOptions = Omit<Written, ComponentConnectionOption | 'codec'> & {
  /** Format of messages. Default: `bytes`. */
  readonly codec?: CodecOption | undefined;
};

/** Options of a `RedisQueueSite` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisQueueSiteOptions = ComponentConnection & OwnOptions;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedQueueSiteOptions = UncheckedComponentConnection & OwnOptions;
