import { z } from 'zod';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import {
  checkComponentConnection,
  componentConnectionShape,
  type OverConnection,
  prefixOption,
} from '../../redis/options/component-connection.js';
import type { WrittenConnection } from '../../redis/options/connection-way.js';
import type {
  ConnectionPorts,
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../redis/redis-connection-options.js';
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
type WithConnection = RedisConnectionOptions & { readonly connection?: undefined };

/** Options of a `RedisMutexSite` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisMutexSiteOptions = ((OverConnection & ConnectionPorts) | WithConnection) &
  Omit<Written, 'connection' | keyof WrittenConnection>;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedMutexSiteOptions = UncheckedConnectionOptions &
  Omit<Written, 'connection' | keyof WrittenConnection> & {
    readonly connection?: IRedisConnection | undefined;
  };
