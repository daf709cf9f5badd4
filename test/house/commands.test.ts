import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ICache, RedisCache } from '../../src/index.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import type { RespClient } from '../support/redis/server/resp-client.js';
import { eventually } from '../support/time/eventually.js';
import { ROOT } from './source-tree.js';

/** Every call of `ICache`; those with a TTL with whole seconds and with fractions. */
const CALLS: Readonly<Record<string, (cache: ICache) => Promise<unknown>>> = {
  getValue: async (cache) => [
    await cache.getValue('a'),
    await Promise.all(['a', 'b', 'c'].map((key) => cache.getValue(key))),
  ],
  setValue: async (cache) => [
    await cache.setValue('a', new Uint8Array(1), '1m'),
    await cache.setValue('a', new Uint8Array(1), '1.5s'),
  ],
  deleteValue: (cache) => cache.deleteValue('a'),
  hasValue: (cache) => cache.hasValue('a'),
  getExpiry: (cache) => cache.getExpiry('a'),
  setExpiry: (cache) => cache.setExpiry('a', '1m'),
  getValues: async (cache) => [await cache.getValues(['a']), await cache.getValues(['a', 'b', 'c'])],
  setValues: async (cache) => [
    await cache.setValues([['a', null]], '1m'),
    await cache.setValues([['a', null]], '1.5s'),
  ],
  deleteValues: (cache) => cache.deleteValues(['a', 'b']),
  keys: async (cache) => {
    for await (const _ of cache.keys());
  },
  clear: async (cache) => {
    await cache.setValue('a', null, '1m');
    await cache.clear();
  },
};

describe('Redis commands in the documentation', () => {
  let server: RedisServer;
  let cache: RedisCache;
  let marker: RespClient;
  const seen: string[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    cache = new RedisCache({ host: server.host, port: server.port, prefix: 'app:' });
    await cache.start();
    const monitor = await server.connect();
    await monitor.monitor((line) => void seen.push(/"([^"]+)"/.exec(line)?.[1] ?? ''));
    marker = await server.connect();
  });
  afterAll(async () => {
    await cache.close();
    await server.stop();
  });

  const page = readFileSync(join(ROOT, 'docs/icache.md'), 'utf8').match(/^## Calls\n.*?^- /ms)?.[0] ?? '';
  const rows = [...page.matchAll(/^\| `(\w+)\(.*\)` \|.*\| ([^|]*) \|$/gm)].map(
    ([, call = '', commands = '']) =>
      [call, [...commands.matchAll(/`(\w+)`/g)].map(([, name]) => name)] as const,
  );

  it('the documentation lists the commands of every call', () => {
    assert.deepEqual(rows.map(([call]) => call).sort(), Object.keys(CALLS).sort());
  });

  it.each(rows)('%s sends the documented commands', async (call, commands) => {
    seen.length = 0;
    await CALLS[call]?.(cache);
    await marker.command('ECHO', call);
    await eventually('the monitor has seen the marker', () => seen.includes('ECHO'));
    const sent = new Set(seen.slice(0, seen.indexOf('ECHO')).filter((name) => name !== 'PING'));
    if (call === 'clear') sent.delete('SETEX'); // Stores the entry to clear.
    assert.deepEqual([...sent].sort(), [...commands].sort());
  });
});
