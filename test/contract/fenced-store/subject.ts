import type { ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type { Law, Opened, Subject } from '../law.js';

/**
 * `exact-time`: only `advance` moves time. `prefix`: can be opened with a prefix, and next to a neighbour. `server`:
 * the entries are on a server that the law can inspect. `cluster`: keys are in several slots. `parts`: a part of the
 * store can be made to fail.
 */
export type FencedCapability = 'exact-time' | 'prefix' | 'server' | 'cluster' | 'parts';

export interface FencedOptions {
  readonly maxValueBytes?: number;
  /** Requires `prefix`. */
  readonly prefix?: string;
}

/** Direct access to the server of the store. */
export interface FencedServerView {
  /** Number of commands of the store that the server has received since the last call. */
  received(): Promise<number>;
  /** Every name of this test, those of fences, generations and leases included. */
  names(): Promise<readonly Buffer[]>;
  /** Removes all of them except the entries, as a server that runs out of memory does. */
  forgetTokens(): Promise<void>;
  /** Writes an entry without expiry, as another program may. */
  plant(key: string, value: Uint8Array): Promise<void>;
  /** The slot of a name. Requires `cluster`. */
  slot?(name: Buffer): Promise<number>;
}

/** A store that was opened for one law. */
export interface OpenFencedStore extends Opened {
  readonly store: IFencedStore;
  /** The same store by its other port. */
  readonly cache: ICache;
  /** Prefix of every key and name of the law; empty if no other store shares them. */
  readonly space: string;
  advance(ms: number): Promise<void>;
  /** Requires `server`. */
  readonly server?: FencedServerView;
  /** Another store on the same server. Requires `prefix`. */
  neighbour?(prefix: string): Promise<IFencedStore>;
  /** Makes the part of a name fail from now on; names with other hash tags are in other parts. Requires `parts`. */
  breakPart?(name: string): void;
}

export type FencedLaw = Law<FencedCapability, OpenFencedStore, FencedOptions>;
export type FencedSubject = Subject<FencedCapability, OpenFencedStore, FencedOptions>;

/** A law of every fenced store. */
export function law(title: string, prove: FencedLaw['prove']): FencedLaw {
  return { title, needs: [], prove };
}

/** A law of those stores that can do something. */
export function lawOf(
  needs: FencedCapability | readonly FencedCapability[],
  title: string,
  prove: FencedLaw['prove'],
): FencedLaw {
  return { title, needs: typeof needs === 'string' ? [needs] : needs, prove };
}

/** Returns the server of a store that supports `server`. */
export function serverOf({ server }: OpenFencedStore): FencedServerView {
  if (server === undefined) throw new Error('the subject supports "server" and shows none');
  return server;
}
