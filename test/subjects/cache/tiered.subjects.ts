import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import type { ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type { CacheOptions, CacheSubject, OpenCache, ServerView } from '../../contract/cache/subject.js';
import type { FencedOptions, FencedSubject, OpenFencedStore } from '../../contract/fenced-store/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

export type Coherence = 'bus' | 'tracking' | 'none';

const IN_A_SCRIPT = 'the same command is sent in a script, which announces the change';
const ANNOUNCED = {
  'a TTL of whole seconds is sent as SETEX': IN_A_SCRIPT,
  'a TTL that is not whole seconds is sent as PSETEX, fractions rounded up': IN_A_SCRIPT,
};

const A_COPY = 'a copy of it is served within the bound: nobody has advanced it';

/** A `TieredCache` over a `MemoryCache`, on a manual clock. */
function open(options: CacheOptions & FencedOptions = {}): OpenCache & OpenFencedStore {
  const clock = new ManualClock();
  const loggerSite = new RecordingLoggerSite();
  const { failureMode, maxValueBytes } = options;
  const below = new MemoryCache({ failureMode, maxValueBytes, clock, loggerSite });
  const cache = new TieredCache({ l2: below, coherence: 'none', failureMode, clock, loggerSite });
  return {
    cache,
    store: cache,
    space: '',
    log: loggerSite.records,
    advance: async (ms) => clock.advance(ms),
    inspect: async () => {
      // One timer of each tier, which do not keep the process alive.
      if (clock.pending > 2) throw new Error(`${clock.pending} tasks wait in a cache that is at rest`);
      if (cache.stats().inFlight > 0) throw new Error('names are remembered of calls that have ended');
    },
    close: async () => {
      await cache.close();
      await below.close();
      if (clock.pending > 0) throw new Error(`${clock.pending} tasks wait for a cache that is closed`);
    },
  };
}

export const tieredCache: CacheSubject = {
  name: 'TieredCache over MemoryCache',
  supports: ['exact-time', 'own-keys'],
  skip: {},
  open: async (options) => open(options),
};

export const tieredFencedStore: FencedSubject = {
  name: 'TieredCache over MemoryCache',
  supports: ['exact-time'],
  skip: {},
  open: async (options) => open(options),
};

/** The same subject with a tier in front of its cache. */
export function tieredOver(subject: CacheSubject, coherence: Coherence = 'none'): CacheSubject {
  return {
    ...subject,
    name: `TieredCache over ${subject.name}, coherence ${coherence}`,
    skip: { ...subject.skip, ...(coherence === 'bus' && ANNOUNCED) },
    open: async (options) => {
      const opened = await subject.open(options);
      const loggerSite = new RecordingLoggerSite();
      const cache = await inFrontOf(opened.cache, loggerSite, coherence, options?.failureMode);
      return {
        ...opened,
        ...(opened.server !== undefined && { server: withoutBeats(opened.server) }),
        cache,
        log: loggerSite.records,
        close: () => closed(cache, () => opened.close()),
      };
    },
  };
}

/** The same subject with a tier in front of its store. */
export function tieredStoreOver(subject: FencedSubject, coherence: Coherence = 'none'): FencedSubject {
  return {
    ...subject,
    name: `TieredCache over ${subject.name}, coherence ${coherence}`,
    skip: {
      'an evicted generation is missing, and returns with a new token': A_COPY,
      ...(subject.supports.includes('parts') && {
        'a generation whose part failed is null, and the rest is answered': A_COPY,
      }),
    },
    open: async (options) => {
      const opened = await subject.open(options);
      const cache = await inFrontOf(opened.cache, new RecordingLoggerSite(), coherence);
      return { ...opened, cache, store: cache, close: () => closed(cache, () => opened.close()) };
    },
  };
}

async function inFrontOf(
  below: ICache,
  loggerSite: RecordingLoggerSite,
  coherence: Coherence,
  failureMode?: CacheOptions['failureMode'],
): Promise<TieredCache> {
  const l2 = below as ICache & IFencedStore;
  const cache = new TieredCache({ l2, coherence, failureMode, loggerSite });
  await cache.start();
  return cache;
}

/** The view of a server without the commands of beats, which read a mark at any time. */
function withoutBeats(server: ServerView): ServerView {
  const mark = `${server.prefix}\uFFFDm`; // The byte of reserved names is no UTF-8.
  const isOfBeat = (words: readonly string[]): boolean => words.some((word) => word.startsWith(mark));
  return {
    prefix: server.prefix,
    received: async () => (await server.received()).filter((words) => !isOfBeat(words)),
    stored: (name) => server.stored(name),
    plant: (name, value) => server.plant(name, value),
    remove: (name) => server.remove(name),
  };
}

async function closed(cache: TieredCache, below: () => Promise<void>): Promise<void> {
  await cache.close();
  await below();
}
