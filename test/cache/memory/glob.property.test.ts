import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { all } from '../../contract/expectations.js';
import { keySpace, openRedis, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';

/** Special characters of patterns are frequent, and so are characters of several bytes. */
const letter = fc.constantFrom(...'aabbcc-^]\\*?[', 'é', 'ê', '€', '😀', '\u007f', '\u0080', '\n', '\0', 'A');
const key = fc.string({ unit: letter, minLength: 1, maxLength: 5 });
const glob = fc.oneof(
  fc.string({ unit: letter, maxLength: 8 }),
  fc
    .array(
      fc.oneof(
        letter,
        fc.constantFrom(
          '*',
          '**',
          '?',
          '[a-c]',
          '[^a-c]',
          '[c-a]',
          '[a-]',
          '[-a]',
          '[]',
          '[^]',
          '[]a]',
          '[\\]]',
          '[a\\-c]',
        ),
        fc.constantFrom(
          '[',
          '[a',
          '[^',
          '[a-',
          '[\\',
          '\\',
          '[é]',
          '[a-é]',
          '[\\a-c]',
          '[a-\\]',
          '[^^]',
          '[[]',
          '[?*]',
        ),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('')),
);

describe('glob patterns', () => {
  let redis: RedisForTests;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis.close());

  it('a pattern matches the same keys in memory as in Redis', { timeout: CAMPAIGN_TIMEOUT_MS }, async () => {
    const remote = new RedisCache({ url: redis.url, commandTimeout: '5s', prefix: keySpace() });
    await remote.start();
    try {
      await fc.assert(
        fc
          .asyncProperty(
            fc.uniqueArray(key, { minLength: 1, maxLength: 40 }),
            fc.array(glob, { minLength: 1, maxLength: 30 }),
            async (keys, globs) => {
              const memory = new MemoryCache();
              const entries = keys.map((name) => [name, null] as const);
              await memory.setValues(entries, '10m');
              await remote.setValues(entries, '10m');
              for (const pattern of globs) {
                const [inMemory, inRedis] = [
                  await all(memory.keys(pattern)),
                  await all(remote.keys(pattern)),
                ];
                assert.deepEqual(inMemory.sort(), inRedis.sort(), `pattern ${JSON.stringify(pattern)}`);
              }
            },
          )
          .afterEach(async () => void (await remote.clear())),
        runs(60, 60_000),
      );
    } finally {
      await remote.close();
    }
  });
});
