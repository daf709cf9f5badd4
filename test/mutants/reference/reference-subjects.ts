import type { CacheSubject, OpenCache } from '../../contract/cache/subject.js';
import type { FencedSubject, OpenFencedStore } from '../../contract/fenced-store/subject.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { type ReferenceShape, ReferenceStore } from './reference-store.js';
import { ReferenceWorld } from './reference-world.js';

/** Kinds of store that a reference store can pretend to be. */
export type Guise = 'memory' | 'prefixed' | 'bare';
/** Breaks a store. */
export type Flaw = (store: ReferenceStore) => void;

export const GUISES: readonly Guise[] = ['memory', 'prefixed', 'bare'];

interface OpenReference {
  readonly store: ReferenceStore;
  readonly world: ReferenceWorld;
  readonly space: string;
  neighbour(prefix: string): ReferenceStore;
}

function open(guise: Guise, flaw: Flaw, options: Partial<ReferenceShape>): OpenReference {
  const world = new ReferenceWorld();
  const { prefix = guise === 'prefixed' ? keySpace() : '' } = options;
  const { failureMode = 'degrade', maxValueBytes = 8 * 1024 * 1024 } = options;
  const make = (own: string): ReferenceStore => {
    const shape = { prefix: own, bare: guise === 'bare', failureMode, maxValueBytes };
    const store = new ReferenceStore(world, shape);
    flaw(store);
    return store;
  };
  return { store: make(prefix), world, space: guise === 'bare' ? keySpace() : '', neighbour: make };
}

/** A reference store with a flaw, as a subject of the laws of `ICache`. */
export function referenceCache(guise: Guise, flaw: Flaw = () => {}): CacheSubject {
  return {
    name: `reference, ${guise}`,
    supports: {
      memory: ['exact-time', 'own-keys'] as const,
      prefixed: ['exact-time', 'own-keys', 'prefix', 'server'] as const,
      bare: ['no-prefix', 'server'] as const,
    }[guise],
    skip: {},
    open: async (options = {}): Promise<OpenCache> => {
      const { store, world, space, neighbour } = open(guise, flaw, options);
      return {
        cache: store,
        space,
        log: store.logger.records,
        advance: async (ms) => world.clock.advance(ms),
        inspect: async () => {},
        close: () => store.close(),
        neighbour: async (prefix) => neighbour(prefix),
        server: {
          prefix: store.shape.prefix,
          received: async () => world.journal.splice(0),
          stored: async (name) => {
            const entry = world.entries.get(name);
            if (entry === undefined) return null;
            const life = entry.expiresAt - world.clock.now();
            return { bytes: entry.bytes, remainingMs: Number.isFinite(life) ? life : null };
          },
          plant: async (name, bytes) =>
            void world.entries.set(name, { bytes, expiresAt: Number.POSITIVE_INFINITY }),
          remove: async (name) => void world.entries.delete(name),
        },
      };
    },
  };
}

/** A reference store with a flaw, as a subject of the laws of `IFencedStore`. */
export function referenceFencedStore(guise: Guise, flaw: Flaw = () => {}): FencedSubject {
  return {
    name: `reference, ${guise}`,
    supports: {
      memory: ['exact-time'] as const,
      prefixed: ['exact-time', 'prefix', 'server', 'cluster', 'parts'] as const,
      bare: ['server'] as const,
    }[guise],
    skip: {},
    open: async (options = {}): Promise<OpenFencedStore> => {
      const { store, world, space, neighbour } = open(guise, flaw, options);
      return {
        store,
        cache: store,
        space,
        advance: async (ms) => world.clock.advance(ms),
        inspect: async () => {},
        close: () => store.close(),
        neighbour: async (prefix) => neighbour(prefix),
        breakPart: (name) => void world.broken.add(store.name(name)),
        server: {
          received: async () => world.journal.splice(0).length,
          names: async () =>
            [...world.entries.keys(), ...world.tokens.keys()].map((name) => Buffer.from(name)),
          forgetTokens: async () => world.tokens.clear(),
          plant: async (key, bytes) =>
            void world.entries.set(store.name(key), { bytes, expiresAt: Number.POSITIVE_INFINITY }),
          slot: async (name) => slotOf(name.toString()),
        },
      };
    },
  };
}

/** Slot of a name: any number that distinguishes names. A token has the slot of its owner. */
function slotOf(name: string): number {
  let sum = 0;
  for (const byte of Buffer.from(name.replace(/^(fence|generation|lease|scope)\|/, '').replace(/\0.*$/s, '')))
    sum = (sum * 31 + byte) % 16_384;
  return sum;
}
