import 'reflect-metadata';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { throttlerStorage } from '../../../src/adapters/nest-throttler.js';
import { PLACES } from '../../adapters/cache-under-test.js';
import { type CollectionsUnderTest, openCollections } from '../../adapters/collections-under-test.js';
import { otherPackage } from '../packages.js';

type Class = new (...values: never[]) => object;
interface Nest {
  readonly Controller: () => ClassDecorator;
  readonly Get: () => MethodDecorator;
  readonly Module: (options: object) => ClassDecorator;
}
interface Application {
  listen(port: number, host: string): Promise<void>;
  getUrl(): Promise<string>;
  close(): Promise<void>;
}

describe.each(PLACES)('Nest with throttlers counted in %s', (where) => {
  let subject: CollectionsUnderTest;

  beforeAll(async () => {
    await otherPackage('@nestjs/core');
    subject = await openCollections(where);
  });
  afterAll(() => subject?.close());

  it('5 of 20 parallel requests to two applications pass, and the others are told to wait', async () => {
    const { Controller, Get, Module } = await otherPackage<Nest>('@nestjs/common');
    const { NestFactory, APP_GUARD } = await otherPackage<{
      NestFactory: { create(module: Class, options: object): Promise<Application> };
      APP_GUARD: string;
    }>('@nestjs/core');
    const { ThrottlerModule, ThrottlerGuard } = await otherPackage<{
      ThrottlerModule: { forRoot(options: object): unknown };
      ThrottlerGuard: unknown;
    }>('@nestjs/throttler');
    const { collections } = subject;
    const serve = async (): Promise<string> => {
      class Hello {
        hello(): string {
          return 'hello';
        }
      }
      Get()(
        Hello.prototype,
        'hello',
        Object.getOwnPropertyDescriptor(Hello.prototype, 'hello') as PropertyDescriptor,
      );
      Controller()(Hello);
      // region nest-throttler
      const throttlers = ThrottlerModule.forRoot({
        throttlers: [{ name: 'default', ttl: 60_000, limit: 5 }],
        storage: throttlerStorage(collections, { prefix: 'app:throttler' }),
      });
      // endregion
      class App {}
      const guard = { provide: APP_GUARD, useClass: ThrottlerGuard };
      Module({ imports: [throttlers], controllers: [Hello], providers: [guard] })(App);
      const app = await NestFactory.create(App, { logger: false, forceCloseConnections: true });
      onTestFinished(() => app.close());
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    };
    const urls = [await serve(), await serve()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => fetch(urls[index % 2] as string)),
    );
    const denied = answers.filter(({ status }) => status === 429);
    assert.deepEqual([answers.filter(({ status }) => status === 200).length, denied.length], [5, 15]);
    for (const { headers } of denied) assert.ok(Number(headers.get('retry-after')) > 30);
  });
});
