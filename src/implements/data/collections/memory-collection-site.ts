import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ICodec } from '../../../interfaces/codec.js';
import type { ICollectionSite } from '../../../interfaces/collection-site.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import type { ICounter } from '../../../interfaces/counter.js';
import type { IHash } from '../../../interfaces/hash.js';
import type { IList } from '../../../interfaces/list.js';
import type { ISet } from '../../../interfaces/set.js';
import type { ISortedSet } from '../../../interfaces/sorted-set.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { type CodecOption, codecOf, declaredCodec } from '../../foundation/codecs/codec-option.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { collectionShape } from './collection-options.js';
import { CollectionSpace } from './handles/collection-space.js';
import { MemoryCollections } from './memory/memory-collections.js';

const declared = z
  .strictObject({
    ...collectionShape,
    maxBytes: sizeOption()
      .default(64 * 1024 ** 2)
      .describe(
        'Memory of all collections, approximately. Beyond it, writes are refused (`OOM`): nothing is evicted.',
      ),
    clock: referenceOption('IClock').optional().describe('Clock. Default: the monotonic system clock.'),
  })
  .describe('Counters, hashes, lists, sets and sorted sets in the memory of this process.');

/** Options of a `MemoryCollectionSite` that is constructed in code. */
export interface MemoryCollectionSiteOptions extends Omit<z.input<typeof declared>, 'clock' | 'codec'> {
  /** Format of items. Default: `bytes`. */
  readonly codec?: CodecOption | undefined;
  /** Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/**
 * Collections in the memory of this process, for tests and for applications of one process. They answer as collections
 * in Redis do.
 *
 * @example
 * ```ts
 * const local = new MemoryCollectionSite({ codec: 'text', maxBytes: '16MiB' });
 * ```
 */
export class MemoryCollectionSite implements ICollectionSite, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryCollectionSite> = {
    options: declared,
    create: (site, { clock, codec, ...options }) =>
      new MemoryCollectionSite({
        ...options,
        codec: declaredCodec(site, codec),
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
      }),
  };

  readonly #store: MemoryCollections;
  readonly #space: CollectionSpace;

  constructor({ clock = new SystemClock(), codec, ...written }: MemoryCollectionSiteOptions = {}) {
    const given = typeof codec === 'string' ? { ...written, codec } : written;
    const { maxBytes, ...options } = parseOptions(declared, 'MemoryCollectionSite', given, {
      ports: { codec: typeof codec === 'string' ? undefined : codec },
    });
    this.#store = new MemoryCollections(maxBytes, clock);
    this.#space = new CollectionSpace(this.#store, {
      ...options,
      codec: codecOf(options.codec as string | ICodec, 'MemoryCollectionSite'),
    });
  }

  getCounter(name: string): ICounter {
    return this.#space.getCounter(name);
  }

  getHash<T = Uint8Array>(name: string): IHash<T> {
    return this.#space.getHash(name);
  }

  getList<T = Uint8Array>(name: string): IList<T> {
    return this.#space.getList(name);
  }

  getSet<T = Uint8Array>(name: string): ISet<T> {
    return this.#space.getSet(name);
  }

  getSortedSet<T = Uint8Array>(name: string): ISortedSet<T> {
    return this.#space.getSortedSet(name);
  }

  /** Ends every wait with a `DisposedError`, and forgets every collection. */
  async close(): Promise<void> {
    this.#space.close();
    this.#store.close();
  }
}
