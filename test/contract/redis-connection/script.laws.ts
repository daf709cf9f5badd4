import assert from 'node:assert/strict';
import { shown } from '../expectations.js';
import { scriptOf } from './calls.js';
import { HOSTILE } from './execute.laws.js';
import { type ConnectionLaw, fails, keysOfOneSlot, law } from './subject.js';

const ECHO = scriptOf('return { KEYS, ARGV }');
const APPEND = scriptOf("return redis.call('APPEND', KEYS[1], ARGV[1])");

export const scriptLaws: readonly ConnectionLaw[] = [
  law('a script receives its keys and arguments, and its result is answered', async (open) => {
    const { connection, space } = await open();
    const keys = keysOfOneSlot(space, 2);
    assert.deepEqual(await connection.script(ECHO, keys, ['1', 'two'], { reply: 'text' }), [
      keys,
      ['1', 'two'],
    ]);
    assert.deepEqual(await connection.script(ECHO, [], [], { reply: 'text' }), [[], []]);
    assert.equal(await connection.script(APPEND, [`${space}k`], ['abc']), 3);
  }),
  law('keys and arguments of a script are data, whatever they hold', async (open) => {
    const { connection, space } = await open();
    for (const word of HOSTILE) {
      const bytes = Buffer.from(word as string);
      const key = Buffer.concat([Buffer.from(`${space}{hostile}`), bytes]);
      assert.deepEqual(await connection.script(ECHO, [key], [word]), [[key], [bytes]], shown(word));
    }
    for (const wrong of [5, null, undefined, {}, ['a']] as unknown as string[]) {
      await fails(connection.script(ECHO, [`${space}k`], [wrong]), { code: 'E_ARGUMENT' });
      await fails(connection.script(ECHO, [wrong], []), { code: 'E_ARGUMENT' });
    }
  }),
  law('a script that the server has forgotten still runs, exactly once', async (open) => {
    const { connection, space, servers } = await open();
    assert.equal(await connection.script(APPEND, [`${space}k`], ['a']), 1);
    await servers.each('SCRIPT', 'FLUSH');
    assert.equal(await connection.script(APPEND, [`${space}k`], ['b']), 2);
    assert.equal(await connection.script(APPEND, [`${space}k`], ['c']), 3);
  }),
  law('the text of a script is sent only to a server that does not know it', async (open) => {
    const { connection, space, servers } = await open();
    const script = scriptOf(`return ARGV[1] -- ${space}`);
    await servers.received();
    await connection.script(script, [`${space}k`], ['a']);
    assert.deepEqual(
      (await servers.received()).map(([name]) => name),
      ['EVALSHA', 'EVAL'],
    );
    await connection.script(script, [`${space}k`], ['a']);
    assert.deepEqual(await servers.received(), [['EVALSHA', script.digest, '1', `${space}k`, 'a']]);
  }),
  law('a script in order keeps its place on a server that does not know it', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    const append = scriptOf(`return redis.call('APPEND', KEYS[1], ARGV[1]) -- ${space}`);
    const set = (value: string) => connection.execute(['SET', key, value], { keys: [key] });
    const [, length] = await Promise.all([
      set('a'),
      connection.script(append, [key], ['b'], { inOrder: true }),
      set('c'),
    ]);
    assert.equal(length, 2);
    assert.equal(await connection.execute(['GET', key], { keys: [key], reply: 'text' }), 'c');
    const both = { inOrder: true, minReplicas: 1 };
    await fails(connection.script(append, [key], ['b'], both), { code: 'E_ARGUMENT' });
  }),
  law('a script that fails rejects with the message of the script', async (open) => {
    const { connection, space } = await open();
    const wrongtype = scriptOf("redis.call('SET', KEYS[1], 'v') return redis.call('RPUSH', KEYS[1], 'e')");
    const refused = { code: 'E_OPERATION_REFUSED', outcome: 'refused' };
    await fails(connection.script(wrongtype, [`${space}k`], []), { ...refused, reason: 'WRONGTYPE' });
    await fails(connection.script(scriptOf('this is no Lua'), [`${space}k`], []), refused);
    assert.equal(
      await connection.script(scriptOf("return redis.call('EXISTS', KEYS[1])"), [`${space}k`], []),
      1,
    );
  }),
  law('script refuses an invalid script, without effect on other calls', async (open) => {
    const { connection, space } = await open();
    const wrongs: unknown[] = [
      undefined,
      null,
      'return 1',
      {},
      { source: 'return 1' },
      { digest: ECHO.digest },
    ];
    for (const wrong of [...wrongs, { source: 5, digest: 'f'.repeat(40) }]) {
      const [failed, answer] = await Promise.allSettled([
        fails(connection.script(wrong as typeof ECHO, [`${space}k`], []), { code: 'E_ARGUMENT' }),
        connection.script(APPEND, [`${space}k`], ['a']),
      ]);
      assert.equal(failed.status, 'fulfilled', String((failed as PromiseRejectedResult).reason));
      assert.equal(answer.status, 'fulfilled');
    }
    await fails(connection.script(ECHO, undefined as unknown as [], []), { code: 'E_ARGUMENT' });
    await fails(connection.script(ECHO, [], undefined as unknown as []), { code: 'E_ARGUMENT' });
  }),
];
