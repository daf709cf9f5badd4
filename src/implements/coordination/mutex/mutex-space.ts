import type { IClock } from '../../../interfaces/clock.js';
import { DisposedError } from '../../../interfaces/errors.js';
import type { ILogger } from '../../../interfaces/logger.js';
import type { IMutex, MutexOptions, MutexState } from '../../../interfaces/mutex.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { Acquisition } from './acquisition.js';
import type { HeldLock, LockPorts } from './holding/held-lock.js';
import type { LockStore } from './store/lock-store.js';
import { Mutex } from './mutex.js';
import { checkedCall } from './mutex-calls.js';
import type { MutexDefaults } from './mutex-options.js';
import { Withdrawals } from './withdrawals.js';

/** Width of a number in a ticket: tickets of one process are in the order of their texts. */
const DIGITS = 12;

/** The mutexes of one site, whatever stores their locks. */
export class MutexSpace {
  readonly #ports: LockPorts;
  readonly #withdrawals: Withdrawals;
  readonly #defaults: MutexDefaults;
  readonly #acquisitions = new Set<Acquisition>();
  #isClosed = false;
  #tickets = 0;

  constructor(store: LockStore, clock: IClock, logger: ILogger, defaults: MutexDefaults) {
    this.#ports = { store, clock, logger, isClosed: () => this.#isClosed };
    this.#withdrawals = new Withdrawals(store, clock, logger);
    this.#defaults = defaults;
  }

  getMutex(name: string): IMutex {
    checkKey(name, 'name');
    return new Mutex(name, this);
  }

  /** @param method  In place of that of the options. */
  acquire(
    name: string,
    options: MutexOptions | undefined,
    method?: 'non-blocking',
  ): Promise<HeldLock | undefined> {
    const checked = checkedCall(options, this.#defaults);
    const call = method === undefined ? checked : { ...checked, waitMs: 0 };
    this.#refuseClosed();
    const ticket = `${this.#ports.store.process}:${String(++this.#tickets).padStart(DIGITS, '0')}`;
    const acquisition = new Acquisition(this.#ports, this.#withdrawals, { name, ticket }, call);
    this.#acquisitions.add(acquisition);
    return acquisition.run().finally(() => this.#acquisitions.delete(acquisition));
  }

  inspect(name: string): Promise<MutexState> {
    this.#refuseClosed();
    return this.#ports.store.inspect(name);
  }

  /** Ends every wait. Locks that are held stay so until their leases end, or until they are released. */
  close(): void {
    this.#isClosed = true;
    for (const acquisition of [...this.#acquisitions]) acquisition.close();
    this.#withdrawals.close();
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new DisposedError('this mutex site is closed');
  }
}
