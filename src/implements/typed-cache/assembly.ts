import type { ICache } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import type { IFencedStore } from '../../interfaces/fenced-store.js';
import type { ILogger } from '../../interfaces/logger.js';
import { Outside } from '../foundation/waiting/outside.js';
import { Changes } from './changes/changes.js';
import { Invalidations } from './invalidations.js';
import { Backoff } from './loading/backoff.js';
import { LoadTable } from './loading/load-table.js';
import { Loads } from './loading/loads.js';
import { DoubleCheck } from './loading/steps/double-check.js';
import { EntryWriter } from './loading/steps/entry-writer.js';
import { Leases } from './loading/steps/lease.js';
import { LoaderCalls } from './loading/steps/loader-calls.js';
import { LoaderNesting } from './loading/steps/loader-nesting.js';
import { TokenCapture } from './loading/steps/token-capture.js';
import { ManyValues } from './many-values.js';
import { Observation } from './observation.js';
import { OneValue } from './one-value.js';
import { CallOrder } from './policy/call-order.js';
import { EntryReader } from './reading/entry-reader.js';
import { Lookup } from './reading/lookup.js';
import { Sliding } from './reading/sliding.js';
import type { KeyNames } from './store/key-names.js';
import { Ledger } from './store/ledger.js';
import { PendingInvalidations } from './store/pending-invalidations.js';
import { StoreInvalidations } from './store/store-invalidations.js';
import type { StoredForm } from './store/stored-entry.js';
import { UncachableValues } from './store/uncachable-values.js';
import { WatchedStore } from './store/watched-store.js';
import { Writes } from './writes.js';

/** Store under a typed cache, by both of its ports, with the names and the form of its entries. */
export interface Ground {
  readonly cache: ICache;
  readonly fenced: IFencedStore;
  readonly names: KeyNames;
  readonly form: StoredForm;
}

/** Parts that the methods of a typed cache call. */
export interface Assembly<T> {
  readonly order: CallOrder;
  readonly lookup: Lookup<T>;
  readonly values: { readonly one: OneValue<T>; readonly many: ManyValues<T> };
  readonly changes: { readonly writes: Writes<T>; readonly invalidations: Invalidations<T> };
  readonly observation: Observation<T>;
}

/** Wires a typed cache, folder by folder: store, reading, loading, and the parts that its methods call. */
export function assemble<T>(
  { cache, fenced, names, form }: Ground,
  clock: IClock,
  logger: ILogger,
): Assembly<T> {
  const order = new CallOrder();
  const changes = new Changes();
  const ledger = new Ledger(logger);
  const store = new WatchedStore(fenced, ledger, logger, clock);
  const steps = new StoreInvalidations(store, cache, names, form);
  const outside = new Outside();
  const pending = new PendingInvalidations(ledger, clock, steps, outside);

  const uncachable = new UncachableValues(logger, names.prefix.slice(0, -1));
  const reader = new EntryReader(store, names, pending, form, uncachable);
  const lookup = new Lookup<T>(reader, new Sliding(store, names, form, outside), ledger);

  const tokens = new TokenCapture(store, names);
  const writer = new EntryWriter(store, tokens, names, form, uncachable);
  const nesting = new LoaderNesting(outside);
  const backoff = new Backoff(clock);
  const table = new LoadTable<T>();
  const leases = new Leases(store, names, reader, pending);
  const check = new DoubleCheck(tokens, reader, pending, changes);
  const calls = new LoaderCalls(nesting, names, ledger);
  const loads = new Loads<T>(table, nesting, { leases, check, calls, writer, backoff }, order, ledger);

  const invalidations = new Invalidations<T>(steps, pending, table, backoff, { calls: order, changes });
  return {
    order,
    lookup,
    values: {
      one: new OneValue<T>(reader, lookup, loads),
      many: new ManyValues<T>(lookup, loads, names, nesting),
    },
    changes: { writes: new Writes<T>(changes, writer, invalidations, pending, ledger), invalidations },
    observation: new Observation<T>(reader, pending, table, backoff, ledger),
  };
}
