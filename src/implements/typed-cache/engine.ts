import type { ICache } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import type { IFencedStore } from '../../interfaces/fenced-store.js';
import type { ILogger } from '../../interfaces/logger.js';
import { Invalidations } from './invalidations.js';
import { Backoff } from './loading/backoff.js';
import { LoadRun } from './loading/load-run.js';
import { FlightTable } from './loading/load-table.js';
import { Loads } from './loading/loads.js';
import { EntryWriter } from './loading/steps/entry-writer.js';
import { Leases } from './loading/steps/lease.js';
import { TokenCapture } from './loading/steps/token-capture.js';
import { CallOrder } from './policy/call-order.js';
import { EntryReader } from './reading/entry-reader.js';
import { Sliding } from './reading/sliding.js';
import { KeyNames } from './store/key-names.js';
import { Ledger } from './store/ledger.js';
import type { StoredForm } from './store/stored-entry.js';
import { WatchedStore } from './store/watched-store.js';

/** What an engine is made of. */
export interface EngineOptions {
  readonly cache: ICache;
  readonly store: IFencedStore;
  readonly namespace: string;
  readonly form: StoredForm;
  readonly clock: IClock;
  readonly logger: ILogger;
}

/** The parts of a typed cache, put together. */
export class Engine<T> {
  readonly clock: IClock;
  readonly ledger: Ledger;
  readonly names: KeyNames;
  readonly form: StoredForm;
  readonly store: WatchedStore;
  readonly table = new FlightTable<T>();
  readonly backoff: Backoff;
  readonly invalidations: Invalidations;
  readonly reader: EntryReader;
  readonly writer: EntryWriter;
  readonly runner: LoadRun<T>;
  readonly loads: Loads<T>;
  readonly sliding: Sliding;
  readonly order = new CallOrder();

  constructor({ cache, store: fenced, namespace, form, clock, logger }: EngineOptions) {
    const ledger = new Ledger(logger);
    const store = new WatchedStore(fenced, ledger, logger, clock);
    const names = new KeyNames(namespace, form === 'envelope');
    const backoff = new Backoff(clock);
    const resting = new Backoff(clock);
    const { table, order } = this;
    const invalidations = new Invalidations({
      store,
      cache,
      names,
      form,
      table: table as FlightTable<unknown>,
      backoff,
      ledger,
      clock,
      logger,
      order,
    });
    const { pending } = invalidations;
    const reader = new EntryReader(store, names, pending, form);
    const tokens = new TokenCapture(store, names);
    const writer = new EntryWriter(store, tokens, form);
    const leases = new Leases({ store, names, reader, pending, clock, order });
    const runner = new LoadRun<T>({
      store,
      reader,
      writer,
      tokens,
      leases,
      pending,
      backoff,
      resting,
      table,
      ledger,
      clock,
      order,
      names,
    });
    this.clock = clock;
    this.ledger = ledger;
    this.store = store;
    this.names = names;
    this.form = form;
    this.backoff = backoff;
    this.invalidations = invalidations;
    this.reader = reader;
    this.writer = writer;
    this.runner = runner;
    this.loads = new Loads<T>({ table, runner, tokens, backoff, resting, ledger });
    this.sliding = new Sliding(store, names, form);
  }
}
