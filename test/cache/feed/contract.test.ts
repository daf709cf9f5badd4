import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { type ChangeFeedSource, changeFeed } from '../../../src/implements/cache/change-feed.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import { fencedStoreContract } from '../../contract/fenced-store/fenced-store.contract.js';
import type { FencedSubject } from '../../contract/fenced-store/subject.js';
import { redisFencedStores } from '../../subjects/cache/redis.subjects.js';
import { RecordingListener } from '../../support/redis/feed/recording-listener.js';
import { openRedis, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';

/** The same subject, changed by the store of a feed. */
function announcing(subject: FencedSubject): FencedSubject {
  return {
    ...subject,
    name: `the announcing store of ${subject.name}`,
    open: async (options) => {
      const opened = await subject.open(options);
      const source = opened.cache as typeof opened.cache & ChangeFeedSource;
      const feed = source[changeFeed]('bus', {
        beatMs: 1000,
        clock: new SystemClock(),
        listener: new RecordingListener(),
      });
      return { ...opened, store: feed.store as unknown as IFencedStore };
    },
  };
}

describe('IFencedStore that announces', () => {
  let redis: RedisForTests | undefined;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis?.close());
  const home = (): RedisForTests => {
    if (redis === undefined) throw new Error('the server is not open yet');
    return redis;
  };
  for (const subject of redisFencedStores(home))
    fencedStoreContract({ describe, it, afterEach }, announcing(subject));
});
