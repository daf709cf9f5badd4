import { MemoryPubSub } from '../../../src/implements/coordination/pub-sub/memory-pub-sub.js';
import { RedisPubSub } from '../../../src/implements/coordination/pub-sub/redis/redis-pub-sub.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import type { IPubSub } from '../../../src/interfaces/pub-sub.js';
import type { OpenPubSub, PubSubSubject } from '../../contract/pub-sub/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import type { RedisMasters } from '../../support/redis/topology/redis-masters.js';
import { eventually } from '../../support/time/eventually.js';

const PATIENCE = '5s';

/** Change that a mutant makes to a sound implementation. */
export type PubSubFlaw = (pubSub: IPubSub<unknown>) => IPubSub<unknown>;

const sound: PubSubFlaw = (pubSub) => pubSub;

export function memoryPubSub(flaw: PubSubFlaw = sound): PubSubSubject {
  return {
    name: 'MemoryPubSub',
    supports: ['counted', 'patterns'],
    skip: {},
    open: async ({ codec } = {}): Promise<OpenPubSub> => {
      const loggerSite = new RecordingLoggerSite();
      const pubSub = new MemoryPubSub<unknown>({ codec, loggerSite });
      return {
        pubSub: flaw(pubSub),
        log: loggerSite.records,
        inspect: async () => {},
        close: () => pubSub.close(),
      };
    },
  };
}

/** The Redis that messages of a subject pass. */
export interface PubSubHome {
  readonly options: RedisConnectionOptions;
  readonly masters: RedisMasters;
  inspect?(): Promise<void>;
}

/** Variant of a subject. */
interface RedisPubSubShape {
  readonly sequenced?: boolean;
  /** Its servers are a cluster. */
  readonly isCluster?: boolean;
  /** It uses sharded channels, which have no patterns. */
  readonly sharded?: boolean;
  readonly flaw?: PubSubFlaw;
}

export function redisPubSub(
  name: string,
  home: () => PubSubHome,
  { sequenced = false, isCluster = false, sharded = false, flaw = sound }: RedisPubSubShape = {},
): PubSubSubject {
  return {
    name: `RedisPubSub in ${name}`,
    supports: [
      ...(isCluster && !sharded ? [] : (['counted'] as const)),
      ...(sequenced ? [] : (['shared'] as const)),
      ...(sequenced || (isCluster && sharded) ? [] : (['link'] as const)),
      ...(sharded ? [] : (['patterns'] as const)),
    ],
    skip: {},
    open: async ({ codec } = {}): Promise<OpenPubSub> => {
      const { options, masters, inspect = async () => {} } = home();
      const loggerSite = new RecordingLoggerSite();
      const connection = new RedisConnection({ ...options, commandTimeout: PATIENCE, loggerSite });
      await connection.start();
      await eventually('the connection is there', () => connection.status === 'ready');
      const prefix = keySpace();
      const pubSub = new RedisPubSub<unknown>({ connection, prefix, codec, sequenced, sharded, loggerSite });
      const other = new RedisPubSub({ connection, prefix, sharded, loggerSite });
      let closed: Promise<void> | undefined;
      return {
        pubSub: flaw(pubSub),
        other,
        log: loggerSite.records,
        breakLinks: async () => void (await masters.each('CLIENT', 'KILL', 'TYPE', 'pubsub')),
        inspect,
        close: () => {
          closed ??= pubSub
            .close()
            .then(() => other.close())
            .then(() => connection.close());
          return closed;
        },
      };
    },
  };
}
