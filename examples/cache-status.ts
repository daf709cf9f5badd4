/** The header Cache-Status of HTTP: a client sees whether the answer came from the cache, and how fresh it is. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CacheEntry, MemoryCache, TypedCache } from 'inversify-cache';
import { ageSeconds, cacheStatus } from 'inversify-cache/operations';

const store = new MemoryCache();
const users = new TypedCache<string>({ store, namespace: 'users', expire: '1m' });

// region status
const statusOf = (entry: CacheEntry<string>) => cacheStatus('users', entry); // users; hit; ttl=59
// endregion

// region header
const server = createServer(async (request, response) => {
  const key = String(request.url);
  const entry = await users.getEntry(key);
  if (entry !== undefined) {
    response.setHeader('Cache-Status', statusOf(entry));
    response.setHeader('Age', ageSeconds(entry));
    return void response.end(entry.value);
  }
  const why = await users.explain(key);
  const name = await users.getOrSet(key, async () => 'Ada');
  response.setHeader('Cache-Status', cacheStatus('users', why, { stored: true })); // users; fwd=uri-miss; stored
  return void response.end(name);
});
// endregion

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
for (const expected of [/^users; fwd=uri-miss; stored$/, /^users; hit; ttl=5\d$/]) {
  const { headers } = await fetch(`http://127.0.0.1:${port}/7`);
  assert.match(String(headers.get('cache-status')), expected);
  console.log(headers.get('cache-status')?.replace(/5\d$/, '59'));
}
server.close();
