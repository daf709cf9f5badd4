import assert from 'node:assert/strict';
import type { PipelineCommand, RedisWord } from '../../../src/interfaces/redis-command.js';
import { type ConnectionLaw, fails, keysOfOneSlot, law, lawOf } from './subject.js';

/** A command whose first argument is its key. */
const keyed = (...command: RedisWord[]): PipelineCommand => ({ command, keys: command.slice(1, 2) });

export const pipelineLaws: readonly ConnectionLaw[] = [
  law('pipeline returns one result per command, in order', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    const results = await connection.pipeline(
      [keyed('SET', key, '1'), keyed('GET', key), keyed('INCR', key), keyed('GET', key), keyed('DEL', key)],
      { reply: 'text' },
    );
    assert.deepEqual(results, ['OK', '1', 2, '2', 1]);
    assert.deepEqual(await connection.pipeline([]), []);
  }),
  law('pipeline returns bytes, or text when text is asked for', async (open) => {
    const { connection, space } = await open();
    const bytes = Buffer.from([0, 255, 13, 10]);
    const commands = [keyed('SET', `${space}k`, bytes), keyed('GET', `${space}k`)];
    assert.deepEqual((await connection.pipeline(commands))[1], bytes);
    assert.equal((await connection.pipeline(commands, { reply: 'text' }))[1], bytes.toString());
  }),
  law(
    'a command that fails in a pipeline is an error in its place, and the others are executed',
    async (open) => {
      const { connection, space } = await open();
      const key = `${space}k`;
      const [set, push, wrong, get] = await connection.pipeline(
        [keyed('SET', key, 'v'), keyed('RPUSH', key, 'e'), keyed('SET', key), keyed('GET', key)],
        { reply: 'text' },
      );
      assert.deepEqual([set, get], ['OK', 'v']);
      for (const error of [push, wrong]) {
        assert.ok(error instanceof Error, 'it is an error');
        assert.equal((error as { code?: string }).code, 'E_OPERATION_REFUSED');
      }
      assert.equal((push as { reason?: string }).reason, 'WRONGTYPE');
    },
  ),
  law('pipeline executes nothing when one of its commands is invalid', async (open) => {
    const { connection, space, servers } = await open();
    const good = keyed('SET', `${space}k`, 'v');
    const wrongs: unknown[] = [
      undefined,
      'GET',
      {},
      { command: [] },
      { command: ['GET', 5] },
      { command: ['MULTI'] },
    ];
    for (const wrong of [...wrongs, { command: ['BLPOP', `${space}k`, '1'] }]) {
      await fails(connection.pipeline([good, wrong as PipelineCommand]), { code: 'E_ARGUMENT' });
    }
    await fails(connection.pipeline(undefined as unknown as []), { code: 'E_ARGUMENT' });
    assert.equal(await servers.at(`${space}k`, 'EXISTS', `${space}k`), 0);
  }),
  law('a pipeline is sent as one unit: two concurrent pipelines do not interleave', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    const pipelines = ['a', 'b', 'c'].map((letter) =>
      connection.pipeline(Array.from({ length: 100 }, () => keyed('APPEND', key, letter))),
    );
    for (const results of await Promise.all(pipelines)) assert.equal(results.length, 100);
    const text = String(await connection.execute(['GET', key], { keys: [key] }));
    assert.equal(text.length, 300);
    const turns = [...text].filter((letter, index) => index > 0 && letter !== text[index - 1]).length;
    assert.ok(turns < 30, `they took turns ${turns} times`);
  }),
  law('an aborted pipeline has an error in the place of each command', async (open) => {
    const { connection, space, servers } = await open();
    const commands = keysOfOneSlot(space, 3).map((key) => keyed('SET', key, 'v'));
    const results = await connection.pipeline(commands, { signal: AbortSignal.abort() });
    assert.deepEqual(
      results.map((error) => [(error as { code?: string }).code, (error as { outcome?: string }).outcome]),
      commands.map(() => ['E_ABORTED', 'not-sent']),
    );
    for (const { command } of commands) {
      assert.equal(await servers.at(command[1] as string, 'EXISTS', command[1] as string), 0);
    }
  }),
  lawOf(
    'sharded',
    'a pipeline may name keys of every node, and returns results in the order of its commands',
    async (open) => {
      const { connection, space } = await open();
      const keys = Array.from({ length: 60 }, (_, index) => `${space}${index}`);
      await connection.pipeline(keys.map((key) => keyed('SET', key, key)));
      const found = await connection.pipeline(
        keys.map((key) => keyed('GET', key)),
        { reply: 'text' },
      );
      assert.deepEqual(found, keys);
    },
  ),
];
