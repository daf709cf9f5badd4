import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { run } from '../house/command.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { PackedPackage } from './packed-package.js';
import { tools } from './tools.js';

const PACKAGES = ['inversify', 'reflect-metadata', 'zod', 'js-yaml', 'redis', '@redis'];

/** Calls over Redis and memory under fake timers, and what an hour of theirs does to an entry in memory. */
const CALLS = `
  import { MemoryCache, RedisCache, TypedCache } from 'inversify-cache';
  const bytes = new Uint8Array(1);
  const redis = new RedisCache({ port: Number(process.argv[2]), prefix: process.argv[3] });
  await redis.start();
  const memory = new MemoryCache();
  await memory.setValue('k', bytes, '30m');
  fake();
  const cache = new TypedCache({ store: redis, namespace: 'typed', lease: 'cluster' });
  const results = [
    await redis.setValue('k', bytes, '1m'),
    (await redis.getValues(['k', 'none'])).length,
    await cache.getOrSet('a', () => 'v'),
    await cache.delete('a'),
    await memory.hasValue('k'),
  ];
  advance(3_600_000);
  results.push(await memory.hasValue('k'));
  await cache.close();
  await redis.close();
  console.log(JSON.stringify(results));
`;

/** As the page writes it for each of them. */
const TIMERS = {
  Jest: `
    import { ModernFakeTimers } from '@jest/fake-timers';
    const timers = new ModernFakeTimers({ global: globalThis, config: { fakeTimers: {}, rootDir: '.' } });
    const fake = () =>
      timers.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'] });
    const advance = (ms) => timers.advanceTimersByTime(ms);`,
  Sinon: `
    import sinon from 'sinon';
    let clock;
    const fake = () => {
      clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
    };
    const advance = (ms) => clock.tick(ms);`,
};

describe('fake timers of other test runners', () => {
  let packed: PackedPackage;
  let server: RedisServer;
  beforeAll(async () => {
    [packed, server] = await Promise.all([PackedPackage.pack(), RedisServer.start()]);
  }, 180_000);
  afterAll(async () => {
    packed.remove();
    await server.stop();
  });

  it.each(['Jest', 'Sinon'] as const)(
    'no call waits for the fake timers of %s, and its clock ends a TTL in memory',
    { timeout: 60_000 },
    async (runner) => {
      const folder = packed.application(`timers-${runner}`, PACKAGES);
      const modules = await tools();
      for (const name of ['@jest', 'sinon'])
        symlinkSync(join(modules, name), join(folder, 'node_modules', name));
      const program = join(folder, 'main.mjs');
      writeFileSync(program, TIMERS[runner] + CALLS);
      const { stdout, stderr } = await run(process.execPath, [program, `${server.port}`, `${runner}:`], {
        cwd: folder,
      });
      assert.equal(stdout.trim(), '[true,2,"v",true,true,false]', stderr);
    },
  );
});
