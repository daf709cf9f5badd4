import type { ICollectionSite } from '../../../src/interfaces/collection-site.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import type { Law, Opened, Subject } from '../law.js';

/** `shared`: other processes can open the same collections. */
export type CollectionCapability = 'shared';

/** Options that every site has; text is the codec of a law that sets none. */
export interface CollectionOptions {
  readonly codec?: 'bytes' | 'text' | 'json';
  readonly maxItems?: number;
  readonly maxValueBytes?: number;
  readonly wait?: Duration;
}

/** A site that was opened for one law; only `advance` moves its time. */
export interface OpenCollections extends Opened {
  readonly site: ICollectionSite & { close(): Promise<void> };
  /** Lets lives pass; a wait of a blocking pop ends in real time, or with this. */
  advance(ms: number): Promise<void>;
  /** Resolves when so many blocking pops wait for items. */
  waiting(count: number): Promise<void>;
  /** Another site of the same collections. Requires `shared`. */
  twin?(): Promise<ICollectionSite>;
}

export type CollectionLaw = Law<CollectionCapability, OpenCollections, CollectionOptions>;
export type CollectionSubject = Subject<CollectionCapability, OpenCollections, CollectionOptions>;
/** Opens the subject of a law. */
export type OpenSite = (options?: CollectionOptions) => Promise<OpenCollections>;

/** A law of every collection site. */
export function law(title: string, prove: (open: OpenSite) => Promise<void>): CollectionLaw {
  return { title, needs: [], prove };
}

/** A law of those whose collections others can share. */
export function lawOfShared(title: string, prove: (open: OpenSite) => Promise<void>): CollectionLaw {
  return { title, needs: ['shared'], prove };
}
