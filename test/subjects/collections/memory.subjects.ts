import { MemoryCollectionSite } from '../../../src/implements/data/collections/memory-collection-site.js';
import type { CollectionSubject } from '../../contract/collections/subject.js';
import { ManualClock } from '../../support/time/manual-clock.js';

export const memoryCollections: CollectionSubject = {
  name: 'MemoryCollectionSite',
  supports: [],
  skip: {},
  open: async (options = {}) => {
    const clock = new ManualClock();
    const site = new MemoryCollectionSite({ codec: 'text', clock, ...options });
    return {
      site,
      advance: async (ms) => clock.advance(ms),
      // A pop waits here from the moment of its call.
      waiting: async () => undefined,
      inspect: async () => undefined,
      close: () => site.close(),
    };
  },
};
