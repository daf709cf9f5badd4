/** Caches of decorated methods, found by name in the site of the container. */
import assert from 'node:assert/strict';
import { Container, injectable } from 'inversify';
import { ComponentSite, ComponentSiteBuilder, ITypedCache } from 'inversify-cache';
import { byArguments, Cacheable, CacheConfig, CacheEvict, withCaches } from 'inversify-cache/decorators';

// region declared
declare module 'inversify-cache/decorators' {
  interface DeclaredCaches {
    prices: ITypedCache<number>;
  }
}
// endregion

let runs = 0;

// region by-name
@injectable()
@CacheConfig({ cache: 'prices', name: 'Prices' })
class Prices {
  @Cacheable({ key: byArguments })
  async of(article: string, amount: number): Promise<number> {
    runs += 1;
    return article.length * amount;
  }

  @CacheEvict({ key: byArguments('of') })
  async changed(_article: string, _amount: number): Promise<void> {}
}
// endregion

const container = new Container();
await using site = new ComponentSite({ container });
await new ComponentSiteBuilder().loads(
  site,
  `
  - class: MemoryCache
    entries: [{ interface: ICache, name: Memory }]
  - class: TypedCache
    entries: [{ interface: ITypedCache, name: prices }]
    store: Memory
    namespace: prices
  `,
);
// region bindings
container.bind(Prices).toSelf(); // Finds its caches by itself.
container.bind('prices').toConstantValue(new Prices()).onActivation(withCaches);
// endregion
const prices = container.get(Prices);
await prices.of('tea', 2);
await container.get<Prices>('prices').of('tea', 2);
assert.equal(runs, 1);
await prices.changed('tea', 2);
assert.equal(await site.getComponent(ITypedCache, 'prices').has(['Prices', 'of', 'tea', 2]), false);
console.log(`a price was computed ${runs === 1 ? 'once' : 'again'}`);
