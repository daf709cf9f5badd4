import assert from 'node:assert/strict';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, it, onTestFinished } from 'vitest';
import { MemoryRateLimiter, rateLimitHeaders } from '../../src/coordination.js';
import type { IRateLimiter } from '../../src/interfaces/rate-limiter.js';
import { documentedFunction } from './documented.js';
import { otherPackage } from './packages.js';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => Promise<void>;

interface ExpressApp {
  use(middleware: Middleware): void;
  get(path: string, handler: (request: unknown, response: { send(text: string): void }) => void): void;
  listen(port: number, host: string, done: () => void): Server;
}

interface FastifyApp {
  addHook(
    name: 'onRequest',
    hook: (request: { raw: IncomingMessage }, reply: { raw: ServerResponse }, done: () => void) => void,
  ): void;
  get(path: string, handler: () => Promise<string>): void;
  listen(options: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
}

const limited = documentedFunction<(limiter: IRateLimiter) => Middleware>(
  'rate-limiter.ts',
  'middleware',
  'limited',
  { rateLimitHeaders },
);

async function express(middleware: Middleware): Promise<string> {
  const app = (await otherPackage<() => ExpressApp>('express'))();
  app.use(middleware);
  app.get('/', (_, response) => response.send('hello'));
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fastify(middleware: Middleware): Promise<string> {
  const app = (await otherPackage<(options: object) => FastifyApp>('fastify'))({
    forceCloseConnections: true,
  });
  app.addHook('onRequest', (request, reply, done) => void middleware(request.raw, reply.raw, done));
  app.get('/', async () => 'hello');
  onTestFinished(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

describe('rate limits in web frameworks', () => {
  // The first one installs the packages.
  beforeAll(() => otherPackage('express'), 180_000);

  it.each([
    ['Express', express],
    ['Fastify', fastify],
  ])(
    'the documented middleware limits the requests of %s, and tells the limit in headers',
    async (_, serve) => {
      const limits = [{ name: 'burst', algorithm: 'tokenBucket', limit: 1, per: '1h', burst: 3 }] as const;
      const limiter = new MemoryRateLimiter({ limits });
      onTestFinished(() => limiter.close());
      const url = await serve(limited(limiter));
      const answers: string[] = [];
      for (let call = 0; call < 5; call += 1) {
        const response = await fetch(url);
        const { headers } = response;
        answers.push(`${response.status} ${await response.text()}`);
        assert.match(headers.get('ratelimit-policy') ?? '', /^"burst";q=\d+;w=\d+$/);
        assert.match(headers.get('ratelimit') ?? '', /^"burst";r=\d/);
        assert.equal(headers.has('retry-after'), response.status === 429);
      }
      const allowed = '200 hello';
      const denied = '429 too many requests';
      assert.deepEqual(answers, [allowed, allowed, allowed, denied, denied]);
    },
  );
});
