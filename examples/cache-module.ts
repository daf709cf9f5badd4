/** A declaration file as a module of Inversify. */
import assert from 'node:assert/strict';
// region cache-module
import { Container } from 'inversify';
import { cacheModule, ICache, IComponentSite } from 'inversify-cache';

const container = new Container();
container.load(await cacheModule('config/memory.yml'));

const cache = container.get<ICache>(ICache, { name: 'Memory' });
await cache.setValue('greeting', Buffer.from('hello'), '5m');

await container.get<IComponentSite>(IComponentSite).close(); // Up to the code that loads the module.
// endregion

await assert.rejects(cache.getValue('greeting'), { code: 'E_DISPOSED' });
assert.equal(container.isBound(ICache, { name: 'Memory' }), false);
console.log('injected, used, closed and unbound');
