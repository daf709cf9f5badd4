import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { axiosStorage } from '../../../src/adapters/axios.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { otherPackage } from '../packages.js';

interface Client {
  get(url: string): Promise<{ data: unknown; cached?: boolean; status: number }>;
}
interface AxiosModule {
  create(): unknown;
}
interface CacheInterceptor {
  setupCache(client: unknown, options: object): Client;
}

describe.each(PLACES)('axios-cache-interceptor over %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    await otherPackage('axios');
    subject = await openCache(where);
  });
  afterAll(() => subject?.close());

  it('an origin is asked once for parallel requests of a client, and confirms what another one has', async () => {
    const axios = await otherPackage<AxiosModule>('axios');
    const { setupCache } = await otherPackage<CacheInterceptor>('axios-cache-interceptor');
    const asked: string[] = [];
    const origin = createServer((message, response) => {
      asked.push(String(message.headers['if-none-match'] ?? 'whole'));
      response.setHeader('etag', '"1"');
      response.setHeader('cache-control', message.url === '/brief' ? 'max-age=0' : 'max-age=60');
      if (message.headers['if-none-match'] === '"1"') response.statusCode = 304;
      response.end(response.statusCode === 304 ? undefined : JSON.stringify({ n: asked.length }));
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      origin.closeAllConnections();
      origin.close();
    });
    const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    const { cache } = subject;
    // region axios
    const storage = axiosStorage(cache, { prefix: 'app:axios', expire: '1d' });
    const client = setupCache(axios.create(), { storage });
    // endregion
    const other = setupCache(axios.create(), { storage: axiosStorage(cache, { prefix: 'app:axios' }) });
    const answers = await Promise.all([client.get(url), client.get(url), client.get(url)]);
    assert.deepEqual(
      answers.map(({ data }) => data),
      [{ n: 1 }, { n: 1 }, { n: 1 }],
    );
    const shared = await other.get(url);
    assert.deepEqual([shared.data, shared.cached, asked], [{ n: 1 }, true, ['whole']]);
    await client.get(`${url}/brief`);
    const confirmed = await other.get(`${url}/brief`);
    assert.deepEqual([confirmed.data, asked], [{ n: 2 }, ['whole', 'whole', '"1"']]);
  });
});
