import { type Container, injectable } from 'inversify';
import * as door from '../../../src/decorators.js';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { MemoryMutexSite } from '../../../src/implements/coordination/mutex/memory-mutex-site.js';
import { MemoryRateLimiter } from '../../../src/implements/coordination/rate-limiter/memory-rate-limiter.js';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import type { ITypedCache } from '../../../src/interfaces/typed-cache.js';
import type { Decorators, User } from '../../contract/decorators/services.js';
import { type DecoratorSubject, WatchedSource } from '../../contract/decorators/subject.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { buildOf, type Protocol } from './builds.js';

export type ChangeDoor = (door: Decorators) => Partial<Decorators>;

/** Metadata of another library, as a legacy decorator writes it. */
const marked = (_target: unknown, _context: unknown, descriptor?: unknown): void => {
  const method = (descriptor as PropertyDescriptor | undefined)?.value as object | undefined;
  const { defineMetadata } = Reflect as { defineMetadata?: (key: string, value: string, on: object) => void };
  if (method !== undefined) defineMetadata?.('mark', 'kept', method);
};

/** The decorators, in one of the protocols, over caches in memory. */
export function decoratorsOf(protocol: Protocol, change: ChangeDoor = () => ({})): DecoratorSubject {
  return {
    name: `decorators of the ${protocol} protocol`,
    supports: protocol === 'legacy' ? ['legacy'] : [],
    skip: {},
    open: async () => {
      const original: Decorators = { ...door, injectable, marked };
      const changed = { ...original, ...change(original) };
      const services = (await buildOf(protocol))(changed);
      const clock = new ManualClock();
      const open: { close(): Promise<void> }[] = [];
      let failing = false;
      const cache = (): ITypedCache<User> => {
        const store = new MemoryCache({ clock });
        const typed = new TypedCache<User>({ store, namespace: 'users', clock });
        open.push(typed, store);
        return refusing(typed, () => failing);
      };
      const kept = <C extends { close(): Promise<void> }>(one: C): C => {
        open.push(one);
        return one;
      };
      const warnings: string[] = [];
      const warned = ({ message }: Error): void => void warnings.push(message);
      process.on('warning', warned);
      return {
        door: changed,
        services,
        users: cache(),
        source: new WatchedSource(),
        fail: () => {
          failing = true;
        },
        advance: (ms) => clock.advance(ms),
        warnings: () => warnings,
        cache,
        site: (container?: Container) => {
          const site = new ComponentSite(container === undefined ? {} : { container });
          open.push(site);
          return site;
        },
        mutexes: () => kept(new MemoryMutexSite()),
        limiter: () =>
          kept(
            new MemoryRateLimiter({
              limits: [{ name: 'minute', algorithm: 'fixedWindow', limit: 3, per: '1m' }],
              clock,
            }),
          ),
        inspect: async () => undefined,
        close: async () => {
          process.off('warning', warned);
          for (const one of open.splice(0)) await one.close();
        },
      };
    },
  };
}

const CHANGES = new Set(['set', 'delete', 'invalidateTags', 'clear']);

/** A cache whose changes do not reach its store while it fails. */
function refusing(cache: TypedCache<User>, isFailing: () => boolean): ITypedCache<User> {
  const members = Object.getOwnPropertyNames(TypedCache.prototype).filter((name) => name !== 'constructor');
  const bound = members.map((name) => {
    const method = (Reflect.get(cache, name) as (...args: unknown[]) => unknown).bind(cache);
    const guarded = async (...args: unknown[]): Promise<unknown> => {
      if (isFailing()) throw new ConnectionError('E_CONNECTION_LOST', 'the store is away', 'not-sent');
      return method(...args);
    };
    return [name, CHANGES.has(name) ? guarded : method] as const;
  });
  return Object.fromEntries(bound) as unknown as ITypedCache<User>;
}
