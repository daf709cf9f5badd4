import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { MemoryKeyValue } from '../../../src/implements/data/key-value/memory-key-value.js';
import { RedisKeyValue } from '../../../src/implements/data/key-value/redis/redis-key-value.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { IKeyValue } from '../../../src/interfaces/key-value.js';
import { all } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';

/** One call, and its words for messages. */
interface Step {
  readonly words: string;
  run(values: IKeyValue): Promise<unknown>;
}

const key = fc.constantFrom('a', 'b', 'c*', '__proto__', '{x}y');
const value = fc.constantFrom('', 'text', '41', '-9223372036854775808', '"json"', 'ä', 7, -1);
const life = fc.constantFrom({}, { expire: '1h' as const }, { expire: '2d' as const }, { keepExpire: true });
const when = fc.constantFrom(undefined, 'absent' as const, 'present' as const);
const pattern = fc.constantFrom('*', 'a', '?', 'c\\*', '[ab]', 'none*');

const step: fc.Arbitrary<Step> = fc
  .record({
    key,
    other: key,
    value,
    life,
    when,
    pattern,
    by: fc.constantFrom(1, -5, 2n ** 62n),
    verb: fc.nat(17),
  })
  .map(({ key, other, value, life, when, pattern, by, verb }) => {
    const calls: readonly [string, (values: IKeyValue) => Promise<unknown>][] = [
      ['get', (values) => values.getText(key)],
      [
        'getMany',
        async (values) => (await values.getMany([key, other, key])).map((each) => each && String(each)),
      ],
      ['set', (values) => values.set(key, value, { ...life, when })],
      [
        'setMany',
        (values) =>
          values.setMany([
            [key, value],
            [other, 'many', life],
          ]),
      ],
      ['delete', (values) => values.delete(key, other)],
      ['exists', (values) => values.exists(key)],
      ['countExisting', (values) => values.countExisting([key, other])],
      ['getJson', (values) => values.getJson(key)],
      ['setJson', (values) => values.setJson(key, { value })],
      ['increment', (values) => values.increment(key, by)],
      ['increment with a life', (values) => values.increment(key, by, { expire: '1h' })],
      ['expire', (values) => values.expire(key, '3h')],
      ['persist', (values) => values.persist(key)],
      ['getAndExpire', async (values) => String(await values.getAndExpire(key, '4h'))],
      ['lifeOf', async (values) => (await values.lifeOf(key)).state],
      ['keys', async (values) => (await all(values.keys(pattern))).sort()],
      ['deleteMatching', (values) => values.deleteMatching(pattern)],
      ['clear', (values) => values.clear()],
    ];
    const [words, run] = calls[verb] as (typeof calls)[number];
    return { words: `${words} ${key} ${other}`, run };
  });
const programs = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });

/** Result of a call, or the code and the reason of its error. */
async function answerOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { code, reason } = error as { code?: unknown; reason?: unknown };
    assert.ok(typeof code === 'string', String(error));
    return [code, reason];
  }
}

describe('values by key in memory and on one server', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);

  /** Runs programs on values in memory and in Redis, each time in a new key space. */
  async function compare(
    answers: (steps: readonly Step[], values: IKeyValue) => Promise<unknown[]>,
  ): Promise<void> {
    const loggerSite = new RecordingLoggerSite();
    const connection = new RedisConnection({ ...stage().options, commandTimeout: '5s', loggerSite });
    await connection.start();
    await eventually('the connection is there', () => connection.status === 'ready');
    try {
      const property = fc.asyncProperty(programs, async (steps) => {
        const prefix = keySpace();
        const redis = new RedisKeyValue({ connection, prefix });
        const [ofRedis, ofMemory] = [await answers(steps, redis), await answers(steps, new MemoryKeyValue())];
        for (const [index, { words }] of steps.entries()) {
          assert.deepEqual(ofMemory[index], ofRedis[index], `step ${index}: ${words}`);
        }
      });
      await fc.assert(property, runs(80, 5000));
    } finally {
      await connection.close();
    }
  }

  it('calls of values one after the other have the same answers', { timeout: CAMPAIGN_TIMEOUT_MS }, () =>
    compare(async (steps, values) => {
      const answers: unknown[] = [];
      for (const { run } of steps) answers.push(await answerOf(run(values)));
      return answers;
    }),
  );
});
