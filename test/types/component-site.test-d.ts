import type { Container } from 'inversify';
import { describe, expectTypeOf, it } from 'vitest';
import {
  ComponentSite,
  type ComponentSiteBuilder,
  type Duration,
  defineInterface,
  ICache,
  IComponentSite,
  type IComponentSiteBuilder,
  type InterfaceToken,
  loadComponentSite,
  MemoryCache,
  type RedisCache,
} from '../../src/index.js';

interface IBox<T> {
  get(): T;
}
// biome-ignore lint/suspicious/noExplicitAny: the token of a generic interface covers all its type arguments.
const IBox: InterfaceToken<IBox<any>> = defineInterface<IBox<unknown>>('IBox', ['get']);

declare const site: IComponentSite;
declare const container: Container;

describe('IComponentSite', () => {
  it('getComponent returns the type of its token', () => {
    expectTypeOf(site.getComponent(ICache, 'Redis')).toEqualTypeOf<ICache>();
    expectTypeOf(site.getComponent(ICache)).toEqualTypeOf<ICache>();
    expectTypeOf(site.queryComponent(ICache, 'Redis')).toEqualTypeOf<ICache | undefined>();
    expectTypeOf(site.getComponent(IComponentSite)).toEqualTypeOf<IComponentSite>();
    expectTypeOf(container.get(ICache)).toEqualTypeOf<ICache>();
  });

  it('getComponent returns a generic interface as the requested type', () => {
    expectTypeOf(site.getComponent<IBox<string>>(IBox, 'users')).toEqualTypeOf<IBox<string>>();
    expectTypeOf(site.queryComponent<IBox<string>>(IBox)).toEqualTypeOf<IBox<string> | undefined>();
  });

  it('registerComponent accepts a component of the interface, and returns it as its own type', () => {
    expectTypeOf(site.registerComponent(ICache, new MemoryCache(), 'Memory')).toEqualTypeOf<ICache>();
  });

  it('registerComponent accepts only the type of its token', () => {
    const { setValue: _, ...incomplete } = {} as ICache;
    // @ts-expect-error setValue is missing.
    site.registerComponent(ICache, incomplete, 'x');
    // @ts-expect-error A string is not a cache.
    site.registerComponent(ICache, 'MemoryCache');
    // @ts-expect-error a promise of a cache is no cache.
    site.registerComponent(ICache, Promise.resolve(new MemoryCache()));
    // @ts-expect-error A name is a string.
    site.getComponent(ICache, 7);
  });

  it('ComponentSite and ComponentSiteBuilder have the members of their interfaces and no others', () => {
    expectTypeOf<keyof ComponentSite>().toEqualTypeOf<keyof IComponentSite>();
    expectTypeOf<keyof ComponentSiteBuilder>().toEqualTypeOf<keyof IComponentSiteBuilder>();
  });

  it('tokens of different interfaces have different types', () => {
    // @ts-expect-error a token of a box is none of a cache.
    const wrong: InterfaceToken<ICache> = defineInterface<IBox<string>>('IBox', ['get']);
    expectTypeOf(wrong).toEqualTypeOf<InterfaceToken<ICache>>();
  });

  it('ComponentSite implements IComponentSite, and ComponentSiteBuilder builds it', () => {
    expectTypeOf<ComponentSite>().toExtend<IComponentSite>();
    expectTypeOf<ComponentSiteBuilder>().toExtend<IComponentSiteBuilder>();
    expectTypeOf(new ComponentSite({ container }).container).toEqualTypeOf<Container>();
  });
});

describe('defineInterface', () => {
  it('defineInterface accepts names of members only', () => {
    // @ts-expect-error a box has no member set.
    defineInterface<IBox<string>>('IBox', ['set']);
  });
});

describe('loadComponentSite', () => {
  it('loadComponentSite accepts these options, and returns a site', () => {
    expectTypeOf(loadComponentSite()).toEqualTypeOf<Promise<IComponentSite>>();
    void (() =>
      loadComponentSite('caches.yml', { format: 'json', env: process.env, allow: ['pkg'], container }));
    // @ts-expect-error there is no such format.
    void (() => loadComponentSite('caches.yml', { format: 'xml' }));
    // @ts-expect-error the path is the base.
    void (() => loadComponentSite('caches.yml', { base: 'x' }));
  });
});

describe('cache classes', () => {
  it('every cache class implements ICache', () => {
    expectTypeOf<MemoryCache>().toExtend<ICache>();
    expectTypeOf<RedisCache>().toExtend<ICache>();
  });

  it('caches accept durations with a unit, and no other text', () => {
    expectTypeOf<'1h'>().toExtend<Duration>();
    expectTypeOf<'1.5h'>().toExtend<Duration>();
    expectTypeOf<{ hours: 1; minutes: 30 }>().toExtend<Duration>();
    expectTypeOf<'1 week'>().not.toExtend<Duration>();
    expectTypeOf<string>().not.toExtend<Duration>();
  });
});
