import type { ICache } from '../../../src/interfaces/cache.js';
import type { IClock } from '../../../src/interfaces/clock.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import type {
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
} from '../../../src/interfaces/fenced-store.js';

/**
 * Ways in which a store fails. `gone`: calls are refused immediately, unsent. `frozen`: no answer before the deadline;
 * sent calls are executed once it thaws. `lost`: executed, and the answer is lost. `refusing`: the server replies with
 * an error.
 */
export type Fault = 'gone' | 'frozen' | 'lost' | 'refusing';

/** A call that is held before it reaches the store. */
export interface HeldCall {
  /** Settles when the call has arrived. */
  readonly arrived: Promise<void>;
  /** Releases the call and those after it. */
  release(): void;
}

interface Hold {
  readonly method: string | undefined;
  readonly come: () => void;
  readonly open: Promise<void>;
  readonly release: () => void;
}

/** A store that fails and holds calls on request; otherwise it forwards all calls to the given store. */
export class FaultyStore implements ICache, IFencedStore {
  /** Names of the methods that were called, in their order. */
  readonly journal: string[] = [];
  readonly #store: ICache & IFencedStore;
  readonly #clock: IClock;
  readonly #timeoutMs: number;
  readonly #deadlines = new Set<() => void>();
  readonly #released: (() => void)[] = [];
  readonly #generations = new Set<string>();
  readonly #frozen: (() => Promise<unknown>)[] = [];
  #fault: Fault | undefined;
  #faulty: ReadonlySet<string> | undefined;
  #holds: Hold[] = [];

  constructor(store: ICache & IFencedStore, clock: IClock, timeoutMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** From now on calls fail; `methods` limits that to some. */
  break(fault: Fault, methods?: readonly (keyof IFencedStore | keyof ICache)[]): void {
    this.#fault = fault;
    this.#faulty = methods && new Set(methods);
  }

  /** Makes the store answer again, after it has executed the calls that it received while it was frozen. */
  async heal(): Promise<void> {
    for (const run of this.#frozen.splice(0)) await run().catch(() => undefined);
    this.#fault = undefined;
  }

  /** Loses every generation that was ever read. */
  async forget(): Promise<void> {
    await this.#store.advance([...this.#generations], 'everywhere');
  }

  /** The next call of a method, or of any, waits before it is executed. */
  hold(method?: keyof IFencedStore | keyof ICache): HeldCall {
    let come = (): void => {};
    let release = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      come = resolve;
    });
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#holds.push({ method, come, open, release });
    return { arrived, release };
  }

  /** Nothing waits any longer: neither for a deadline nor for a hold. */
  async close(): Promise<void> {
    for (const { release } of this.#holds.splice(0)) release();
    for (const release of this.#released.splice(0)) release();
    await this.heal();
    for (const expire of [...this.#deadlines]) expire();
  }

  get connected(): boolean {
    return this.#fault !== 'gone' && this.#store.connected;
  }

  getValue = (key: string) => this.#call('getValue', () => this.#store.getValue(key));
  setValue = (key: string, value: Uint8Array | null, expire: Duration) => {
    const bytes = value && Uint8Array.from(value);
    return this.#call('setValue', () => this.#store.setValue(key, bytes, expire));
  };
  deleteValue = (key: string) => this.#call('deleteValue', () => this.#store.deleteValue(key));
  hasValue = (key: string) => this.#call('hasValue', () => this.#store.hasValue(key));
  getExpiry = (key: string) => this.#call('getExpiry', () => this.#store.getExpiry(key));
  setExpiry = (key: string, expire: Duration) =>
    this.#call('setExpiry', () => this.#store.setExpiry(key, expire));
  getValues = (keys: readonly string[]) => this.#call('getValues', () => this.#store.getValues(keys));
  setValues = (entries: Iterable<readonly [string, Uint8Array | null]>, expire: Duration) =>
    this.#call('setValues', () => this.#store.setValues(entries, expire));
  deleteValues = (keys: readonly string[]) =>
    this.#call('deleteValues', () => this.#store.deleteValues(keys));
  clear = (pattern?: string) => this.#call('clear', () => this.#store.clear(pattern));
  keys = (pattern?: string) => this.#store.keys(pattern);

  read(request: FencedRead): Promise<FencedAnswer> {
    const { scope, generations = [] } = request;
    for (const name of scope === undefined ? generations : [scope, ...generations])
      this.#generations.add(name);
    return this.#call('read', () => this.#store.read(request));
  }

  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
  ): Promise<'stored' | 'fenced'> {
    // The call may reach the store later, and the caller may change its bytes immediately.
    const bytes = Uint8Array.from(value);
    return this.#call('write', () => this.#store.write(key, bytes, expire, fence));
  }

  invalidate(keys: readonly string[]): Promise<number> {
    return this.#call('invalidate', () => this.#store.invalidate(keys));
  }

  advance(generations: readonly string[], where?: 'everywhere'): Promise<void> {
    return this.#call('advance', () => this.#store.advance(generations, where));
  }

  acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#call('acquireLease', () => this.#store.acquireLease(key, token, life));
  }

  releaseLease(key: string, token: string): Promise<boolean> {
    return this.#call('releaseLease', () => this.#store.releaseLease(key, token));
  }

  async #call<T>(method: string, run: () => Promise<T>): Promise<T> {
    this.journal.push(method);
    const at = this.#holds.findIndex((hold) => (hold.method ?? method) === method);
    const [hold] = at < 0 ? [] : this.#holds.splice(at, 1);
    hold?.come();
    if (hold !== undefined) this.#released.push(hold.release);
    await hold?.open;
    const fault = this.#faulty === undefined || this.#faulty.has(method) ? this.#fault : undefined;
    switch (fault) {
      case undefined:
        return run();
      case 'gone':
        throw new ConnectionError('E_CONNECTION_LOST', 'the test has cut the connection', 'not-sent');
      case 'refusing':
        throw new OperationError('E_OPERATION_REFUSED', 'the test has the server say no', 'refused');
      case 'lost':
        await run();
        throw new ConnectionError('E_CONNECTION_LOST', 'the test has lost the answer', 'unknown');
      case 'frozen':
        this.#frozen.push(run);
        return this.#late();
    }
  }

  #late(): Promise<never> {
    return new Promise((_, reject) => {
      const expire = (): void => {
        task.cancel();
        this.#deadlines.delete(expire);
        reject(new OperationError('E_OPERATION_TIMEOUT', 'the test has frozen the server', 'unknown'));
      };
      const task = this.#clock.schedule(this.#timeoutMs, expire, { keepAlive: true });
      this.#deadlines.add(expire);
    });
  }
}

/** The binary port only, as in a store of the application without fences. */
export function plainCache(store: FaultyStore): ICache {
  return {
    get connected() {
      return store.connected;
    },
    getValue: store.getValue,
    setValue: store.setValue,
    deleteValue: store.deleteValue,
    hasValue: store.hasValue,
    getExpiry: store.getExpiry,
    setExpiry: store.setExpiry,
    getValues: store.getValues,
    setValues: store.setValues,
    deleteValues: store.deleteValues,
    keys: store.keys,
    clear: store.clear,
  };
}
