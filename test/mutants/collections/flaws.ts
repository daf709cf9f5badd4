import { MemoryCollectionSite } from '../../../src/implements/data/collections/memory-collection-site.js';
import type { ICollectionSite } from '../../../src/interfaces/collection-site.js';
import type { CollectionOptions, CollectionSubject } from '../../contract/collections/subject.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** A collection site in memory that is wrong in one way. */
export interface CollectionMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  readonly subject: CollectionSubject;
}

type Getter = keyof ICollectionSite;
/** Members of a collection, for flaws that replace some. */
// biome-ignore lint/suspicious/noExplicitAny: a flaw may break any type.
type Loose = Record<string, any>;

/** A mutant whose collections of one kind are changed; the change gets the original and its site. */
export function mutant(
  breaks: string,
  flaw: string,
  getter: Getter,
  change: (original: Loose, site: ICollectionSite) => Loose,
  options: (options: CollectionOptions) => CollectionOptions = (same) => same,
): CollectionMutant {
  return mutantOfSite(
    breaks,
    flaw,
    (site) => ({
      [getter]: (name: string) => {
        const original = site[getter](name) as unknown as Loose;
        return changed(original, change(original, site));
      },
    }),
    options,
  );
}

/** A mutant whose site, or whose options, are changed. */
export function mutantOfSite(
  breaks: string,
  flaw: string,
  change: (site: MemoryCollectionSite) => Loose,
  options: (options: CollectionOptions) => CollectionOptions = (same) => same,
): CollectionMutant {
  const open: CollectionSubject['open'] = async (asked = {}) => {
    const clock = new ManualClock();
    const site = new MemoryCollectionSite({ codec: 'text', clock, ...options(asked) });
    return {
      site: changed(site, change(site)) as MemoryCollectionSite,
      advance: async (ms) => clock.advance(ms),
      waiting: async () => undefined,
      inspect: async () => undefined,
      close: () => site.close(),
    };
  };
  return { breaks, flaw, subject: { name: 'mutant', supports: [], skip: {}, open } };
}

/** The same object with other members; methods keep their own `this`. */
function changed(original: Loose, others: Loose): Loose {
  return new Proxy(original, {
    get: (target, member) => {
      if (typeof member === 'string' && Object.hasOwn(others, member)) return others[member];
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
