import { MutexSpace } from '../../../src/implements/coordination/mutex/mutex-space.js';
import type { LockStore } from '../../../src/implements/coordination/mutex/store/lock-store.js';
import { MemoryLockStore } from '../../../src/implements/coordination/mutex/store/memory-lock-store.js';
import { ACQUIRE, EXTEND, RELEASE } from '../../../src/implements/coordination/mutex/store/scripts.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import type { IClock } from '../../../src/interfaces/clock.js';
import type { IMutex, MutexLock, MutexOptions } from '../../../src/interfaces/mutex.js';
import type { RedisReply } from '../../../src/interfaces/redis-command.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { ClosableSite, MutexFlaw } from '../../subjects/mutex/mutex.subjects.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';

/** A mutex that is wrong in one way. */
export interface MutexMutant extends MutexFlaw {
  readonly breaks: string;
  readonly flaw: string;
}

type Change<T> = (original: T) => Partial<T>;

/** An object with some other methods and properties. */
function changed<T extends object>(original: T, change: Change<T>): T {
  const others = change(original);
  return new Proxy(original, {
    get: (target, name) => {
      const owner: object = name in others ? others : target;
      const value: unknown = Reflect.get(owner, name, owner);
      return typeof value === 'function' ? value.bind(owner) : value;
    },
  });
}

/** A mutant whose store in memory differs. */
export function ofStore(breaks: string, flaw: string, change: Change<LockStore>): MutexMutant {
  return { breaks, flaw, memory: () => spaceOver(change, new SystemClock()) };
}

/** A mutant whose clock differs. */
export function ofClock(breaks: string, flaw: string, clock: IClock): MutexMutant {
  return { breaks, flaw, memory: () => spaceOver(() => ({}), clock) };
}

/** A mutant whose site differs. */
export function ofSite(breaks: string, flaw: string, change: Change<ClosableSite>): MutexMutant {
  return { breaks, flaw, site: (site) => changed(site, change) };
}

/** A mutant whose mutexes differ. */
export function ofMutex(breaks: string, flaw: string, change: Change<IMutex>): MutexMutant {
  return ofSite(breaks, flaw, (site) => ({ getMutex: (name) => changed(site.getMutex(name), change) }));
}

/** A mutant that acquires with other options. */
export function ofOptions(
  breaks: string,
  flaw: string,
  make: (options: MutexOptions) => MutexOptions,
): MutexMutant {
  return ofMutex(breaks, flaw, (mutex) => ({
    acquire: (options = {}) => mutex.acquire(make(options)),
  }));
}

/** A mutant whose locks differ. */
export function ofLock(
  breaks: string,
  flaw: string,
  change: (lock: MutexLock, mutex: IMutex) => Partial<MutexLock>,
): MutexMutant {
  return ofMutex(breaks, flaw, (mutex) => ({
    acquire: async (options) => {
      const lock = await mutex.acquire(options);
      return lock && changed(lock, (original) => change(original, mutex));
    },
  }));
}

const SCRIPTS = { ACQUIRE, EXTEND, RELEASE };

/** A mutant that sends something else in place of scripts. */
export function ofScript(
  breaks: string,
  flaw: string,
  names: keyof typeof SCRIPTS | readonly (keyof typeof SCRIPTS)[],
  make: (
    send: (...args: readonly string[]) => Promise<RedisReply>,
    keys: readonly string[],
    args: readonly string[],
    connection: IRedisConnection,
  ) => Promise<RedisReply>,
): MutexMutant {
  const connection = (original: IRedisConnection): IRedisConnection =>
    changed(original, () => ({
      script: (script, keys, args, options) => {
        const send = (...others: readonly string[]): Promise<RedisReply> =>
          original.script(script, keys, others, options);
        if (![names].flat().some((name) => script === SCRIPTS[name])) return send(...args.map(String));
        return make(send, keys.map(String), args.map(String), original);
      },
    }));
  return { breaks, flaw, connection };
}

function spaceOver(change: Change<LockStore>, clock: IClock): ClosableSite {
  const memory = new MemoryLockStore(clock);
  const defaults = { expire: 30_000, wait: 10_000, autoExtend: false, minReplicas: 0 };
  const space = new MutexSpace(
    changed<LockStore>(memory, change),
    clock,
    new RecordingLoggerSite().getLogger(''),
    defaults,
  );
  return {
    getMutex: (name) => space.getMutex(name),
    close: async () => {
      await space.close();
      memory.close();
    },
  };
}
