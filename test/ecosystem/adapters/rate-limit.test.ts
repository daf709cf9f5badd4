import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { rateLimitStore } from '../../../src/adapters/express-rate-limit.js';
import { PLACES } from '../../adapters/cache-under-test.js';
import { type CollectionsUnderTest, openCollections } from '../../adapters/collections-under-test.js';
import { eventually } from '../../support/time/eventually.js';
import { otherPackage } from '../packages.js';

interface Answer {
  status(code: number): Answer;
  send(text: string): void;
}
interface ExpressApp {
  use(middleware: unknown): void;
  get(path: string, handler: (request: object, response: Answer) => unknown): void;
  listen(port: number, host: string, done: () => void): Server;
}

describe.each(PLACES)('Express with limits counted in %s', (where) => {
  let subject: CollectionsUnderTest;

  beforeAll(async () => {
    await otherPackage('express');
    subject = await openCollections(where);
  });
  afterAll(() => subject?.close());

  async function serve(middleware: unknown): Promise<string> {
    const app = (await otherPackage<() => ExpressApp>('express'))();
    app.use(middleware);
    app.get('/', (_, response) => response.send('hello'));
    app.get('/wrong', (_, response) => response.status(404).send('nothing here'));
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('10 of 40 parallel requests to two processes pass, and tell what remains', async () => {
    const { rateLimit } = await otherPackage<{ rateLimit(options: object): unknown }>('express-rate-limit');
    const { collections } = subject;
    const limiter = () => {
      // region express-rate-limit
      const store = rateLimitStore(collections, { prefix: 'app:limits' });
      return rateLimit({ windowMs: 60_000, limit: 10, standardHeaders: true, legacyHeaders: false, store });
      // endregion
    };
    const urls = await Promise.all([serve(limiter()), serve(limiter())]);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => fetch(urls[index % 2] as string)),
    );
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(
      [
        statuses.filter((status) => status === 200).length,
        statuses.filter((status) => status === 429).length,
      ],
      [10, 30],
    );
    const left = answers.map(({ headers }) => Number(headers.get('ratelimit-remaining')));
    assert.deepEqual(left.toSorted((a, b) => b - a).slice(0, 10), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('a request that does not count is taken back', async () => {
    const { rateLimit } = await otherPackage<{ rateLimit(options: object): unknown }>('express-rate-limit');
    const store = rateLimitStore(subject.collections, { prefix: 'app:failures' });
    const limit = { windowMs: 60_000, limit: 2, skipFailedRequests: true, store };
    const url = await serve(rateLimit(limit));
    for (let call = 0; call < 4; call++) {
      const { status } = await fetch(`${url}/wrong`);
      assert.equal(status, 404);
      await eventually('the hit is taken back', async () => (await store.get('127.0.0.1')) === undefined);
    }
    assert.deepEqual(
      [await fetch(url), await fetch(url), await fetch(url)].map(({ status }) => status),
      [200, 200, 429],
    );
  });
});
