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
// biome-ignore lint/suspicious/noExplicitAny: the token of a generic interface stands for all of them.
const IBox: InterfaceToken<IBox<any>> = defineInterface<IBox<unknown>>('IBox', ['get']);

declare const site: IComponentSite;
declare const container: Container;

describe('a component site', () => {
  it('gives what the token stands for', () => {
    expectTypeOf(site.getComponent(ICache, 'Redis')).toEqualTypeOf<ICache>();
    expectTypeOf(site.getComponent(ICache)).toEqualTypeOf<ICache>();
    expectTypeOf(site.queryComponent(ICache, 'Redis')).toEqualTypeOf<ICache | undefined>();
    expectTypeOf(site.getComponent(IComponentSite)).toEqualTypeOf<IComponentSite>();
    expectTypeOf(container.get(ICache)).toEqualTypeOf<ICache>();
  });

  it('gives a generic interface as the type that is asked for', () => {
    expectTypeOf(site.getComponent<IBox<string>>(IBox, 'users')).toEqualTypeOf<IBox<string>>();
    expectTypeOf(site.queryComponent<IBox<string>>(IBox)).toEqualTypeOf<IBox<string> | undefined>();
  });

  it('takes a component of the interface, and gives it back as that', () => {
    expectTypeOf(site.registerComponent(ICache, new MemoryCache(), 'Memory')).toEqualTypeOf<ICache>();
  });

  it('takes nothing else: the token decides, not the component', () => {
    const { setValue: _, ...incomplete } = {} as ICache;
    // @ts-expect-error setValue is missing.
    site.registerComponent(ICache, incomplete, 'x');
    // @ts-expect-error a text is no cache.
    site.registerComponent(ICache, 'MemoryCache');
    // @ts-expect-error a promise of a cache is no cache.
    site.registerComponent(ICache, Promise.resolve(new MemoryCache()));
    // @ts-expect-error a name is a text.
    site.getComponent(ICache, 7);
  });

  it('has the members of its interface and no others, as the builder has', () => {
    expectTypeOf<keyof ComponentSite>().toEqualTypeOf<keyof IComponentSite>();
    expectTypeOf<keyof ComponentSiteBuilder>().toEqualTypeOf<keyof IComponentSiteBuilder>();
  });

  it('does not confuse tokens of different interfaces', () => {
    // @ts-expect-error a token of a box is none of a cache.
    const wrong: InterfaceToken<ICache> = defineInterface<IBox<string>>('IBox', ['get']);
    expectTypeOf(wrong).toEqualTypeOf<InterfaceToken<ICache>>();
  });

  it('is implemented by ComponentSite, and built by ComponentSiteBuilder', () => {
    expectTypeOf<ComponentSite>().toExtend<IComponentSite>();
    expectTypeOf<ComponentSiteBuilder>().toExtend<IComponentSiteBuilder>();
    expectTypeOf(new ComponentSite({ container }).container).toEqualTypeOf<Container>();
  });
});

describe('defineInterface', () => {
  it('takes names of members only', () => {
    // @ts-expect-error a box has no member set.
    defineInterface<IBox<string>>('IBox', ['set']);
  });
});

describe('loadComponentSite', () => {
  it('takes these options, and gives a site', () => {
    expectTypeOf(loadComponentSite()).toEqualTypeOf<Promise<IComponentSite>>();
    void (() =>
      loadComponentSite('caches.yml', { format: 'json', env: process.env, allow: ['pkg'], container }));
    // @ts-expect-error there is no such format.
    void (() => loadComponentSite('caches.yml', { format: 'xml' }));
    // @ts-expect-error the path is the base.
    void (() => loadComponentSite('caches.yml', { base: 'x' }));
  });
});

describe('the caches', () => {
  it('are ICache', () => {
    expectTypeOf<MemoryCache>().toExtend<ICache>();
    expectTypeOf<RedisCache>().toExtend<ICache>();
  });

  it('take durations with a unit, and no other text', () => {
    expectTypeOf<'1h'>().toExtend<Duration>();
    expectTypeOf<'1.5h'>().toExtend<Duration>();
    expectTypeOf<{ hours: 1; minutes: 30 }>().toExtend<Duration>();
    expectTypeOf<'1 week'>().not.toExtend<Duration>();
    expectTypeOf<string>().not.toExtend<Duration>();
  });
});
