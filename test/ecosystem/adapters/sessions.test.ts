import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { expressSessionStore } from '../../../src/adapters/express-session.js';
import { fastifySessionStore } from '../../../src/adapters/fastify-session.js';
import type { ICache } from '../../../src/index.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { otherPackage } from '../packages.js';

interface Visit {
  visits?: number;
  destroy(done: (error?: unknown) => void): void;
  touch(): void;
}
interface Exchange {
  readonly session: Visit;
  readonly sessionID: string;
}
interface Answer {
  send(text: string): void;
}
interface ExpressApp {
  use(middleware: unknown): void;
  get(path: string, handler: (request: Exchange, response: Answer) => unknown): void;
  listen(port: number, host: string, done: () => void): Server;
}
interface FastifyApp {
  register(plugin: unknown, options?: object): void;
  get(path: string, handler: (request: Exchange) => Promise<string>): void;
  listen(options: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
}
type ExpressSession = ((options: object) => unknown) & { Store: abstract new () => object };

/** Barrier that a slow request waits for, and the notice that it has begun. */
class Gate {
  #open: () => void = () => undefined;
  #reach: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  readonly reached = new Promise<void>((resolve) => {
    this.#reach = resolve;
  });

  async pass(): Promise<void> {
    this.#reach();
    await this.opened;
  }

  open(): void {
    this.#open();
  }
}

async function expressApp(cache: ICache, gate: Gate): Promise<string> {
  const express = await otherPackage<() => ExpressApp>('express');
  const session = await otherPackage<ExpressSession>('express-session');
  const app = express();
  const secret = 'keyboard cat';
  // region express-session
  const store = expressSessionStore(session.Store, cache, { prefix: 'app:sessions' });
  app.use(session({ store, secret, resave: false, saveUninitialized: false, cookie: { maxAge: 1_800_000 } }));
  // endregion
  app.get('/', (request, response) => {
    request.session.visits = (request.session.visits ?? 0) + 1;
    response.send(`visit ${request.session.visits}`);
  });
  app.get('/look', (request, response) => response.send(`visits ${request.session.visits ?? 'none'}`));
  app.get('/slow', async (request, response) => {
    await gate.pass();
    request.session.visits = 1000;
    response.send('slow');
  });
  app.get('/logout', (request, response) =>
    request.session.destroy((error) => response.send(error === null ? 'bye' : 'failed')),
  );
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fastifyApp(cache: ICache, gate: Gate): Promise<string> {
  const fastify = await otherPackage<(options: object) => FastifyApp>('fastify');
  const fastifyCookie = await otherPackage<unknown>('@fastify/cookie');
  const fastifySession = await otherPackage<unknown>('@fastify/session');
  const app = fastify({ forceCloseConnections: true });
  onTestFinished(() => app.close());
  const secret = 'a secret with at least 32 characters';
  // region fastify-session
  app.register(fastifyCookie);
  app.register(fastifySession, {
    store: fastifySessionStore(cache, { prefix: 'app:sessions' }),
    secret,
    saveUninitialized: false,
    cookie: { secure: false, maxAge: 1_800_000 },
  });
  // endregion
  app.get('/', async (request) => {
    request.session.visits = (request.session.visits ?? 0) + 1;
    return `visit ${request.session.visits}`;
  });
  app.get('/look', async (request) => `visits ${request.session.visits ?? 'none'}`);
  app.get('/slow', async (request) => {
    await gate.pass();
    request.session.visits = 1000;
    return 'slow';
  });
  app.get(
    '/logout',
    (request) =>
      new Promise((resolve, reject) => {
        request.session.destroy((error) => (error ? reject(error) : resolve('bye')));
      }),
  );
  return app.listen({ port: 0, host: '127.0.0.1' });
}

describe.each(PLACES)('web frameworks with sessions in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    await otherPackage('express');
    subject = await openCache(where);
  });
  afterAll(() => subject?.close());

  it.each([
    ['Express', expressApp],
    ['Fastify', fastifyApp],
  ])('a visitor of %s who logs out stays logged out, though a slow request ends later', async (_, serve) => {
    const gate = new Gate();
    const url = await serve(subject.cache, gate);
    const first = await fetch(url);
    assert.equal(await first.text(), 'visit 1');
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const ask = async (path: string): Promise<string> =>
      (await fetch(`${url}${path}`, { headers: { cookie } })).text();
    assert.equal(await ask('/'), 'visit 2');
    assert.equal(await ask('/look'), 'visits 2');
    const slow = ask('/slow');
    await gate.reached;
    assert.equal(await ask('/logout'), 'bye');
    gate.open();
    assert.equal(await slow, 'slow');
    assert.equal(await ask('/look'), 'visits none');
  });
});
