import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import type { CacheOptions, CacheSubject, OpenCache } from '../../contract/cache/subject.js';
import type { FencedOptions, FencedSubject, OpenFencedStore } from '../../contract/fenced-store/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** A `MemoryCache` on a manual clock. */
function open(options: CacheOptions & FencedOptions = {}): OpenCache & OpenFencedStore {
  const clock = new ManualClock();
  const loggerSite = new RecordingLoggerSite();
  const { failureMode, maxValueBytes } = options;
  const cache = new MemoryCache({ failureMode, maxValueBytes, clock, loggerSite });
  return {
    cache,
    store: cache,
    space: '',
    log: loggerSite.records,
    advance: async (ms) => clock.advance(ms),
    inspect: async () => {
      // One timer for all expiring entries, which does not keep the process alive.
      if (clock.pending > 1) throw new Error(`${clock.pending} tasks wait in a cache that is at rest`);
    },
    close: async () => {
      await cache.close();
      if (clock.pending > 0) throw new Error(`${clock.pending} tasks wait for a cache that is closed`);
    },
  };
}

export const memoryCache: CacheSubject = {
  name: 'MemoryCache',
  supports: ['exact-time', 'own-keys'],
  skip: {},
  open: async (options) => open(options),
};

export const memoryFencedStore: FencedSubject = {
  name: 'MemoryCache',
  supports: ['exact-time'],
  skip: {},
  open: async (options) => open(options),
};
