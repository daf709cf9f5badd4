/** A typed cache injected into a service of an application that has its own container. */
import assert from 'node:assert/strict';
// region existing-application
import { Container, inject, injectable, named } from 'inversify';
import { ITypedCache, loadComponentSite } from 'inversify-cache';

@injectable()
class UserService {
  constructor(@inject(ITypedCache) @named('users') private readonly users: ITypedCache<string>) {}

  nameOf(id: string) {
    return this.users.getOrSet(id, () => findName(id)); // Works without Redis too: then each call loads.
  }
}

const container = new Container();
container.bind(UserService).toSelf();

await using site = await loadComponentSite('config/typed-redis.yml', { container });
const service = container.get(UserService);
// endregion

let loads = 0;
async function findName(id: string): Promise<string> {
  loads += 1;
  return `user ${id}`;
}

const id = `existing-application-${process.pid}`;
assert.equal(await service.nameOf(id), `user ${id}`);
assert.equal(await service.nameOf(id), `user ${id}`);
console.log(`asked twice, loaded ${loads === 1 ? 'once' : 'twice, for there is no Redis'}`);
if (loads === 1) await site.getComponent(ITypedCache, 'users').delete(id);
