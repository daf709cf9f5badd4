import { OperationError } from '../../../interfaces/errors.js';
import type { IMutex, MutexLock, MutexOptions, MutexState } from '../../../interfaces/mutex.js';
import type { HeldLock } from './holding/held-lock.js';

/** Locks of all names of a site. */
interface Locks {
  acquire(
    name: string,
    options: MutexOptions | undefined,
    method?: 'non-blocking',
  ): Promise<HeldLock | undefined>;
  inspect(name: string): Promise<MutexState>;
}

/** The mutex of a name. */
export class Mutex implements IMutex {
  readonly name: string;
  readonly #locks: Locks;

  constructor(name: string, locks: Locks) {
    this.name = name;
    this.#locks = locks;
  }

  async acquire(options?: MutexOptions): Promise<MutexLock | undefined> {
    return this.#locks.acquire(this.name, options);
  }

  async tryAcquire(options?: MutexOptions): Promise<MutexLock | undefined> {
    return this.#locks.acquire(this.name, options, 'non-blocking');
  }

  async run<T>(work: (lock: MutexLock) => T | Promise<T>, options?: MutexOptions): Promise<T> {
    const lock = await this.#locks.acquire(this.name, options);
    if (lock === undefined) {
      const text = 'the lock was not free within its wait, and the function was not called; try again later';
      throw new OperationError('E_LOCK_BUSY', text, 'refused');
    }
    let result: T;
    try {
      result = await work(lock);
    } catch (error) {
      await released(lock);
      throw error;
    }
    const isLost = lock.isLost;
    const wasOurs = lock.isReleased || (await released(lock));
    if (wasOurs && !isLost) return result;
    const text =
      'the lease ended before the function did, and another holder may have worked meanwhile; choose a longer expire, or autoExtend';
    throw new OperationError('E_LOCK_LOST', text, 'unknown');
  }

  async inspect(): Promise<MutexState> {
    return this.#locks.inspect(this.name);
  }
}

/** Releases a lock, and logs a failure. @returns `false` when it was certainly not ours any more. */
async function released(lock: HeldLock): Promise<boolean> {
  try {
    return await lock.release();
  } catch (error) {
    lock.reportFailedRelease(error);
    return true;
  }
}
