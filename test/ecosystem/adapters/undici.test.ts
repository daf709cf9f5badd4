import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { undiciCacheStore } from '../../../src/adapters/undici.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { eventually } from '../../support/time/eventually.js';
import { otherPackage } from '../packages.js';

interface Dispatcher {
  compose(interceptor: unknown): Dispatcher;
  close(): Promise<void>;
}
interface Undici {
  readonly Agent: new () => Dispatcher;
  readonly interceptors: { cache(options: object): unknown };
  request(url: string, options: object): Promise<{ statusCode: number; body: { text(): Promise<string> } }>;
}

describe.each(PLACES)('the cache interceptor of undici over %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    await otherPackage('undici');
    subject = await openCache(where);
  });
  afterAll(() => subject?.close());

  it('an origin is asked once for two clients and for each language, and again after a change', async () => {
    const { Agent, interceptors, request } = await otherPackage<Undici>('undici');
    let asked = 0;
    const origin = createServer((message, response) => {
      asked += 1;
      response.setHeader('cache-control', message.url === '/large' ? 'no-store' : 'public, max-age=60');
      response.setHeader('vary', 'accept-language');
      response.end(`${message.method} ${message.headers['accept-language'] ?? 'any'} ${asked}`);
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      origin.closeAllConnections();
      origin.close();
    });
    const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    const { cache } = subject;
    const open = () => {
      // region undici
      const store = undiciCacheStore(cache, { prefix: 'app:http' });
      const agent = new Agent().compose(interceptors.cache({ store }));
      // endregion
      onTestFinished(() => agent.close());
      return async (language?: string, method = 'GET', path = '/'): Promise<string> => {
        const headers = language === undefined ? {} : { 'accept-language': language };
        const { body } = await request(`${url}${path}`, { dispatcher: agent, method, headers });
        return body.text();
      };
    };
    const [one, other] = [open(), open()];
    assert.equal(await one('de'), 'GET de 1');
    // The response is stored when its body has arrived, which the caller does not wait for.
    await eventually('the response is stored', async () => (await other('de')) === (await one('de')));
    const stored = await other('de');
    const before = asked;
    assert.deepEqual([await one('de'), await other('de'), asked], [stored, stored, before]);
    assert.match(await one('fr'), /^GET fr/);
    assert.match(await one(), /^GET any/);
    await eventually('a change forgets the address', async () => {
      await other('de', 'POST');
      return (await one('de')) !== stored;
    });
  });
});
