/** A service under test: with a real cache, with none, with a clock that the test moves, and with Redis away. */
import assert from 'node:assert/strict';
import { ComponentSite, ComponentSiteBuilder, ICache, IClock, NullCache, RedisCache } from 'inversify-cache';
import { ManualClock } from './manual-clock.js';

class Greetings {
  computed = 0;

  constructor(private readonly cache: ICache) {}

  async of(name: string): Promise<string> {
    const cached = await this.cache.getValue(name);
    if (cached !== null) return Buffer.from(cached).toString();
    this.computed++;
    await this.cache.setValue(name, Buffer.from(`Hello, ${name}`), '1h');
    return `Hello, ${name}`;
  }
}

// region without
const greetings = new Greetings(new NullCache()); // Every read is a miss.
// endregion
await greetings.of('Ada');
await greetings.of('Ada');
assert.equal(greetings.computed, 2);

// region clock
const clock = new ManualClock();
await using site = new ComponentSite();
site.registerComponent(IClock, clock); // Components that are loaded after this use it.
await new ComponentSiteBuilder().loads(
  site,
  `
  - class: MemoryCache
    entries: [{ interface: ICache }]
  `,
);
const timed = new Greetings(site.getComponent(ICache));

await timed.of('Ada');
clock.advance(3_600_000); // An hour passes.
await timed.of('Ada'); // Computed again.
// endregion
assert.equal(timed.computed, 2);

// region away
const away = new RedisCache({ host: '127.0.0.1', port: 1, prefix: 'test:' }); // A closed port.
await away.start();
const degraded = new Greetings(away);
// endregion
assert.equal(await degraded.of('Ada'), 'Hello, Ada');
await away.close();
console.log(`computed ${greetings.computed} and ${timed.computed} times; works without Redis`);
