import assert from 'node:assert/strict';
import { shown } from '../expectations.js';
import { type ConnectionLaw, fails, keysOfOneSlot, law, lawOf } from './subject.js';

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** Words with characters that are special elsewhere. */
export const HOSTILE: readonly (string | Buffer)[] = [
  ...['\r\nFLUSHALL\r\n', '*1\r\n$8\r\nFLUSHALL\r\n', '\0', ' ', '', '$-1\r\n', '+OK\r\n', '"', "'"],
  ...['") redis.call("FLUSHALL")--', '__proto__', 'constructor', '😀', '日本', '*', '[a-z]', '{', '}', '{}'],
  ...[EVERY_BYTE, Buffer.alloc(0), Buffer.from([0xff, 0xfe, 0x0d, 0x0a])],
];

/** Invalid commands, from callers without types. */
const NO_COMMANDS: readonly unknown[] = [
  ...[undefined, null, '', 'PING', 5, {}, [], () => ['PING'], { length: 1, 0: 'PING' }, Buffer.from('PING')],
  ...[[5], [null], [undefined], [['PING']], [{}], [{ toString: () => 'PING' }], [Symbol('PING')], [true]],
  ...[
    ['SET', 'k', 5],
    ['SET', 'k', undefined],
    ['SET', 'k', null],
    ['SET', 'k', new Uint8Array(1)],
  ],
];

/** Commands that would change a shared connection. */
export const OF_THE_SESSION: readonly (readonly (string | Buffer)[])[] = [
  ...['MULTI', 'EXEC', 'DISCARD', 'UNWATCH', 'RESET', 'QUIT', 'MONITOR', 'READONLY', 'READWRITE'].map(
    (name) => [name],
  ),
  ...[['WATCH', 'k'], ['SELECT', '1'], ['AUTH', 'password'], ['HELLO', '2'], ['PSYNC', '?', '-1'], ['SYNC']],
  ...[['SUBSCRIBE', 'c'], ['PSUBSCRIBE', 'c'], ['SSUBSCRIBE', 'c'], ['UNSUBSCRIBE'], ['PUNSUBSCRIBE']],
  ...[['CLIENT', 'REPLY', 'OFF'], ['CLIENT', 'TRACKING', 'ON'], ['CLIENT', 'CACHING', 'YES'], ['ASKING']],
  ...[
    ['CLIENT', 'SETNAME', 'x'],
    ['CLIENT', 'NO-EVICT', 'ON'],
    ['SCRIPT', 'DEBUG', 'YES'],
  ],
  ...[
    ['multi'],
    ['select', '1'],
    [Buffer.from('MULTI')],
    [Buffer.from('client'), Buffer.from('reply'), 'SKIP'],
  ],
];

/** Commands that block a connection until something happens. */
export const WAITING: readonly (readonly (string | Buffer)[])[] = [
  ...[
    ['BLPOP', 'k', '1'],
    ['BRPOP', 'k', '1'],
    ['BLMOVE', 'k', 'l', 'LEFT', 'LEFT', '1'],
  ],
  ...[
    ['BRPOPLPUSH', 'k', 'l', '1'],
    ['BLMPOP', '1', '1', 'k', 'LEFT'],
    ['BZPOPMIN', 'k', '1'],
  ],
  ...[
    ['BZPOPMAX', 'k', '1'],
    ['BZMPOP', '1', '1', 'k', 'MIN'],
    ['blpop', 'k', '1'],
  ],
  ...[
    ['XREAD', 'BLOCK', '1', 'STREAMS', 's', '$'],
    [Buffer.from('BLPOP'), 'k', '1'],
  ],
  ...[
    ['xread', 'count', '1', 'block', '1', 'streams', 's', '$'],
    ['XREAD', Buffer.from('BLOCK'), '1'],
  ],
  ...[['XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '1', 'STREAMS', 's', '>']],
];

const answers: readonly ConnectionLaw[] = [
  law('execute returns binary strings as bytes', async (open) => {
    const { connection, space } = await open();
    const keys = [`${space}k`];
    assert.equal(String(await connection.execute(['SET', `${space}k`, EVERY_BYTE], { keys })), 'OK');
    assert.deepEqual(await connection.execute(['GET', `${space}k`], { keys }), EVERY_BYTE);
  }),
  law('execute returns integers of 64 bits exactly when exact ones are asked for', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    await connection.execute(['SET', key, '9223372036854775800'], { keys: [key] });
    const options = { keys: [key], reply: 'exact' } as const;
    assert.equal(await connection.execute(['INCR', key], options), '9223372036854775801');
    assert.equal(await connection.execute(['GET', key], options), '9223372036854775801');
    assert.equal(await connection.execute(['DEL', key], options), '1');
    const ends = ['-9223372036854775808', '9223372036854775807'];
    for (const end of ends) {
      await connection.execute(['SET', key, '0'], { keys: [key] });
      assert.equal(await connection.execute(['INCRBY', key, end], options), end);
    }
  }),
  law('execute returns text when text is asked for', async (open) => {
    const { connection, space } = await open();
    const options = { keys: [`${space}k`], reply: 'text' } as const;
    await connection.execute(['SET', `${space}k`, 'größer 😀'], options);
    assert.equal(await connection.execute(['GET', `${space}k`], options), 'größer 😀');
    assert.deepEqual(
      await connection.execute(['GET', `${space}k`], { ...options, reply: 'bytes' }),
      Buffer.from('größer 😀'),
    );
  }),
  law('execute returns numbers as numbers, lists as lists and absence as null', async (open) => {
    const { connection, space } = await open();
    const [list, number, absent] = keysOfOneSlot(space, 3) as [string, string, string];
    const at = (...words: string[]) => connection.execute(words, { keys: words.slice(1, 2) });
    assert.equal(await at('INCR', number), 1);
    assert.equal(await at('RPUSH', list, 'a', 'b'), 2);
    assert.deepEqual(await at('LRANGE', list, '0', '-1'), [Buffer.from('a'), Buffer.from('b')]);
    assert.equal(await at('GET', absent), null);
    assert.deepEqual(await at('LRANGE', absent, '0', '-1'), []);
  }),
  law('execute returns a map as a flat list of fields and values', async (open) => {
    const { connection, space } = await open();
    const options = { keys: [`${space}h`], reply: 'text' } as const;
    await connection.execute(['HSET', `${space}h`, 'a', '1', '__proto__', '2'], options);
    const map = (await connection.execute(['HGETALL', `${space}h`], options)) as string[];
    assert.ok(Array.isArray(map), 'it is a list');
    assert.deepEqual([...map].sort(), ['1', '2', '__proto__', 'a'].sort());
    const bytes = await connection.execute(['HGETALL', `${space}h`], { keys: [`${space}h`] });
    assert.deepEqual(
      bytes,
      map.map((word) => Buffer.from(word)),
    );
  }),
  law('words of a command are literal, whatever they hold', async (open) => {
    const { connection, space, servers } = await open();
    const guard = `${space}guard`;
    await connection.execute(['SET', guard, 'v'], { keys: [guard] });
    for (const word of HOSTILE) {
      const bytes = Buffer.from(word as string);
      const key = Buffer.concat([Buffer.from(`${space}{hostile}`), bytes]);
      await connection.execute(['SET', key, word], { keys: [key] });
      assert.deepEqual(await connection.execute(['GET', key], { keys: [key] }), bytes, shown(word));
      assert.deepEqual(await servers.at(key, 'GET', key), bytes, shown(word));
    }
    assert.equal(String(await connection.execute(['GET', guard], { keys: [guard] })), 'v');
  }),
  law('concurrent calls each get their own answer', async (open) => {
    const { connection, space } = await open();
    const keys = Array.from({ length: 500 }, (_, index) => `${space}${index}`);
    await Promise.all(keys.map((key) => connection.execute(['SET', key, key], { keys: [key] })));
    const found = await Promise.all(
      keys.map((key) => connection.execute(['GET', key], { keys: [key], reply: 'text' })),
    );
    assert.deepEqual(found, keys);
  }),
];

const refusals: readonly ConnectionLaw[] = [
  law('execute refuses an invalid command, without effect on other calls', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    await connection.execute(['SET', key, 'v'], { keys: [key] });
    for (const wrong of NO_COMMANDS) {
      const [before, refused, after] = await Promise.allSettled([
        connection.execute(['GET', key], { keys: [key], reply: 'text' }),
        fails(connection.execute(wrong as string[]), { code: 'E_ARGUMENT' }),
        connection.execute(['GET', key], { keys: [key], reply: 'text' }),
      ]);
      assert.equal(
        refused.status,
        'fulfilled',
        `${typeof wrong}: ${(refused as PromiseRejectedResult).reason}`,
      );
      assert.deepEqual(
        [before, after].map((each) => (each as PromiseFulfilledResult<unknown>).value),
        ['v', 'v'],
      );
    }
    for (const keys of ['k', [5], [null], {}] as unknown as string[][]) {
      await fails(connection.transaction([['GET', key]], { watch: keys }), { code: 'E_ARGUMENT' });
    }
    for (const timeout of [0, -1, Number.NaN, '5 parsecs', {}] as unknown as number[]) {
      await fails(connection.execute(['PING'], { timeout }), { code: 'E_ARGUMENT' });
    }
  }),
  law('execute refuses a command that would change the shared connection', async (open) => {
    const { connection, space } = await open();
    const [a, b] = keysOfOneSlot(space, 2) as [string, string];
    for (const key of [a, b]) await connection.execute(['SET', key, key], { keys: [key] });
    for (const command of OF_THE_SESSION) {
      const [refused, one, two] = await Promise.allSettled([
        fails(connection.execute(command), { code: 'E_ARGUMENT' }),
        connection.execute(['GET', a], { keys: [a], reply: 'text' }),
        connection.execute(['GET', b], { keys: [b], reply: 'text' }),
      ]);
      assert.equal(
        refused.status,
        'fulfilled',
        `${command.map(String)}: ${(refused as PromiseRejectedResult).reason}`,
      );
      assert.deepEqual(
        [one, two].map((each) => (each as PromiseFulfilledResult<unknown>).value),
        [a, b],
      );
    }
  }),
  law('execute refuses a command that would block the shared connection', async (open) => {
    const { connection } = await open();
    for (const command of WAITING) {
      const failure = await fails(connection.execute(command), { code: 'E_ARGUMENT' });
      assert.match(failure.message, /blocking/, 'the message says what to use');
    }
  }),
  law('a refusal by the server names its reason, and no argument', async (open) => {
    const { connection, space } = await open();
    const keys = [`${space}list`];
    await connection.execute(['RPUSH', `${space}list`, 'v'], { keys });
    const expected = { code: 'E_OPERATION_REFUSED', outcome: 'refused' };
    await fails(connection.execute(['GET', `${space}list`], { keys }), { ...expected, reason: 'WRONGTYPE' });
    for (const command of [
      ['NOSUCHCOMMAND', 'secret-argument'],
      ['SET', `${space}k`, 'secret-argument', 'secret-argument'],
      ['SET', `${space}secret-argument`],
    ]) {
      const failure = await fails(connection.execute(command, { keys: command.slice(1, 2) }), expected);
      assert.doesNotMatch(`${failure.stack} ${JSON.stringify(failure)}`, /secret-argument/);
    }
    assert.equal(await connection.execute(['LLEN', `${space}list`], { keys }), 1);
  }),
];

const slots: readonly ConnectionLaw[] = [
  lawOf(
    'sharded',
    'every call that names keys refuses keys of several slots, before it sends anything',
    async (open) => {
      const { connection, space, servers } = await open();
      const keys = [`${space}a`, `${space}b`];
      await servers.received();
      const script = { source: 'return 1', digest: 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db' };
      for (const call of [
        connection.execute(['DEL', ...keys], { keys }),
        connection.pipeline([{ command: ['DEL', ...keys], keys }]),
        connection.transaction([['DEL', ...keys]], { keys }),
        connection.transaction([['DEL', `${space}a`]], { keys: [`${space}a`], watch: [`${space}b`] }),
        connection.script(script, keys, []),
        connection.blocking(['BLPOP', ...keys, '1'], { keys, block: '1s' }),
      ])
        await fails(call, { code: 'E_ARGUMENT' });
      assert.deepEqual(await servers.received(), []);
    },
  ),
  lawOf('sharded', 'a command is sent to the node that serves its keys', async (open) => {
    const { connection, space, servers } = await open();
    assert.equal(connection.sharded, true);
    for (let index = 0; index < 30; index += 1) {
      const key = `${space}${index}`;
      await connection.execute(['SET', key, key], { keys: [key] });
      assert.equal(String(await servers.at(key, 'GET', key)), key);
      const [first, second] = [`${space}{${index}}a`, Buffer.from(`${space}{${index}}b`)];
      assert.equal(await connection.execute(['DEL', first, second], { keys: [first, second] }), 0);
    }
  }),
  lawOf('whole', 'a server without slots accepts keys of several slots', async (open) => {
    const { connection, space } = await open();
    assert.equal(connection.sharded, false);
    const keys = [`${space}a`, `${space}b`];
    assert.equal(await connection.execute(['DEL', ...keys], { keys }), 0);
    assert.equal(String(await connection.execute(['SET', `${space}a`, 'v'])), 'OK');
    assert.deepEqual(await connection.transaction([['DEL', ...keys]], { keys, watch: keys }), [1]);
  }),
];

export const executeLaws: readonly ConnectionLaw[] = [...answers, ...refusals, ...slots];
