import { type ChangeFeed, changeFeed, type FeedKind } from '../../../../src/implements/cache/change-feed.js';
import { RedisCache } from '../../../../src/implements/cache/redis/redis-cache.js';
import type { UncheckedCacheOptions } from '../../../../src/implements/cache/redis/redis-cache-options.js';
import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { RecordingLoggerSite } from '../../logs/recording-logger.js';
import { opened } from '../stage/connection-rig.js';
import { RecordingListener } from './recording-listener.js';

export const BEAT_MS = 50;

export interface OpenFeed {
  readonly feed: ChangeFeed;
  readonly heard: RecordingListener;
  readonly cache: RedisCache;
}

/**
 * A feed of the changes of a cache of its own; closed at the end of the test.
 *
 * @param beforeOpening  Runs between the opening of the data path and that of the streams.
 */
export async function openFeed(
  options: object,
  kind: FeedKind = 'bus',
  beforeOpening: () => void = () => undefined,
): Promise<OpenFeed> {
  const written: UncheckedCacheOptions = {
    prefix: 'feed:',
    loggerSite: new RecordingLoggerSite(),
    ...options,
  };
  const cache = new RedisCache(written as ConstructorParameters<typeof RedisCache>[0]);
  const heard = new RecordingListener();
  const clock = new SystemClock();
  const feed = cache[changeFeed](kind, { beatMs: BEAT_MS, clock, listener: heard });
  opened.push({ stop: () => cache.close() }, { stop: () => feed.close() });
  await cache.start();
  beforeOpening();
  await feed.open();
  return { feed, heard, cache };
}
