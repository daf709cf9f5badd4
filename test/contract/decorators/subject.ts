import type { Container } from 'inversify';
import type { IComponentSite } from '../../../src/interfaces/component-site.js';
import type { IMutexSite } from '../../../src/interfaces/mutex.js';
import type { IRateLimiter } from '../../../src/interfaces/rate-limiter.js';
import type { ITypedCache } from '../../../src/interfaces/typed-cache.js';
import type { Law, Opened, Subject } from '../law.js';
import type { Decorators, Services, User, UserSource } from './services.js';

/** `legacy`: the protocol of `experimentalDecorators`, in which other libraries mark methods. */
export type DecoratorCapability = 'legacy';

/** A world of decorated services that was opened for one law. */
export interface OpenDecorators extends Opened {
  readonly door: Decorators;
  readonly services: Services;
  readonly users: ITypedCache<User>;
  readonly source: WatchedSource;
  /** Lets every change of `users` fail from now on. */
  fail(): void;
  /** Lets time pass, for caches. */
  advance(ms: number): void;
  /** Messages that were logged as warnings, without a site. */
  warnings(): readonly string[];
  /** A new cache, and a new site. */
  cache(): ITypedCache<User>;
  site(container?: Container): IComponentSite;
  mutexes(): IMutexSite;
  /** A limiter of three calls a minute. */
  limiter(): IRateLimiter;
}

export type DecoratorLaw = Law<DecoratorCapability, OpenDecorators, never>;
export type DecoratorSubject = Subject<DecoratorCapability, OpenDecorators, never>;

/** A law of decorators in both protocols. */
export function law(title: string, prove: DecoratorLaw['prove']): DecoratorLaw {
  return { title, needs: [], prove };
}

/** A law of the legacy protocol. */
export function lawOfLegacy(title: string, prove: DecoratorLaw['prove']): DecoratorLaw {
  return { title, needs: ['legacy'], prove };
}

/** A source of users that counts, and does what a law wants. */
export class WatchedSource implements UserSource {
  readonly reads: number[] = [];
  readonly written: User[] = [];
  answer: (id: number) => Promise<User | null | undefined> = async (id) => ({ id, name: `user ${id}` });
  refusal: Error | undefined;

  /** Lets every read wait for one answer. @returns a function that gives it. */
  answersLater(): (user: User) => void {
    let give: (user: User) => void = () => undefined;
    const answer = new Promise<User>((resolve) => {
      give = resolve;
    });
    this.answer = () => answer;
    return give;
  }

  async read(id: number): Promise<User | null | undefined> {
    this.reads.push(id);
    return this.answer(id);
  }

  async write(user: User): Promise<User | undefined> {
    if (this.refusal !== undefined) throw this.refusal;
    this.written.push(user);
    return user.name === 'gone' ? undefined : user;
  }
}
