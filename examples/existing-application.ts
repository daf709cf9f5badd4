/** An application that has its container already: caches are bound into it, and injected into its services. */
import assert from 'node:assert/strict';
// region existing-application
import { Container, inject, injectable, named } from 'inversify';
import { ICache, loadComponentSite } from 'inversify-cache';

@injectable()
class UserService {
  loads = 0;

  constructor(@inject(ICache) @named('Redis') private readonly cache: ICache) {}

  async nameOf(id: number): Promise<string> {
    const cached = await this.cache.getValue(`example:user:${id}`);
    if (cached !== null) return Buffer.from(cached).toString();
    const name = await this.#load(id); // Absent, or Redis is away: the service works either way.
    await this.cache.setValue(`example:user:${id}`, Buffer.from(name), '1m');
    return name;
  }

  async #load(id: number): Promise<string> {
    this.loads += 1;
    return `user ${id}`;
  }
}

const container = new Container();
container.bind(UserService).toSelf();

await using site = await loadComponentSite('config/redis.yml', { container });
const users = container.get(UserService);
// endregion

const cache = site.getComponent(ICache, 'Redis');
await cache.deleteValue('example:user:7');
assert.equal(await users.nameOf(7), 'user 7');
assert.equal(await users.nameOf(7), 'user 7');
assert.equal(users.loads, cache.connected ? 1 : 2);
console.log(`asked twice, loaded ${users.loads === 1 ? 'once' : 'twice, for there is no Redis'}`);
await cache.deleteValue('example:user:7');
