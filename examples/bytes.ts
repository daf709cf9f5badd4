/** The binary cache: bytes in, bytes out, every entry with a TTL. */
import assert from 'node:assert/strict';
// region bytes
import { ICache, loadComponentSite } from 'inversify-cache';

const site = await loadComponentSite('config/memory.yml');
const cache = site.getComponent(ICache, 'Memory');

await cache.setValue('user:123', Buffer.from('{"name":"Ada"}'), '1h'); // true
const bytes = await cache.getValue('user:123'); // Uint8Array, or null when absent or expired

await site.close();
// endregion

assert.ok(bytes !== null);
assert.deepEqual(JSON.parse(Buffer.from(bytes).toString()), { name: 'Ada' });
console.log(`user:123 is ${Buffer.from(bytes)}`);
