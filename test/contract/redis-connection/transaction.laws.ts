import assert from 'node:assert/strict';
import type { RedisCommand, TransactionRead } from '../../../src/interfaces/redis-command.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { type ConnectionLaw, fails, keysOfOneSlot, law } from './subject.js';

const never = (): Promise<never> => new Promise(() => undefined);

const results: readonly ConnectionLaw[] = [
  law('transaction returns one result per command, in order', async (open) => {
    const { connection, space } = await open();
    const [a, b] = keysOfOneSlot(space, 2) as [string, string];
    const commands = [
      ['SET', a, '1'],
      ['INCR', a],
      ['GET', a],
      ['HSET', b, 'f', 'v'],
      ['HGETALL', b],
    ];
    assert.deepEqual(await connection.transaction(commands, { keys: [a, b], reply: 'text' }), [
      ...['OK', 2, '2', 1],
      ['f', 'v'],
    ]);
    assert.deepEqual(await connection.transaction([], { keys: [a] }), []);
  }),
  law('transaction returns binary strings as bytes', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const answer = await connection.transaction(
      [
        ['SET', key, bytes],
        ['GET', key],
        ['APPEND', key, bytes],
        ['GET', key],
      ],
      { keys: [key] },
    );
    assert.deepEqual([answer?.[1], answer?.[3]], [bytes, Buffer.concat([bytes, bytes])]);
  }),
  law(
    'a command that fails in a transaction is an error in its place, and the others are executed',
    async (open) => {
      const { connection, space } = await open();
      const key = `${space}k`;
      const answer = await connection.transaction(
        [
          ['SET', key, 'v'],
          ['RPUSH', key, 'e'],
          ['APPEND', key, 'w'],
        ],
        { keys: [key] },
      );
      const error = answer?.[1];
      assert.ok(error instanceof Error, 'there is an error in its place');
      assert.deepEqual(
        { ...error, code: (error as { code?: string }).code },
        { ...error, code: 'E_OPERATION_REFUSED', reason: 'WRONGTYPE', outcome: 'refused' },
      );
      assert.equal(answer?.[2], 2);
    },
  ),
  law('a transaction executes nothing when the server does not know one of its commands', async (open) => {
    const { connection, space, servers } = await open();
    const key = `${space}k`;
    for (const wrong of [
      ['SET', key],
      ['NOSUCHCOMMAND', 'secret-argument'],
    ]) {
      const failure = await fails(
        connection.transaction([['SET', key, 'v'], wrong, ['SET', key, 'w']], { keys: [key] }),
        {
          code: 'E_OPERATION_REFUSED',
          outcome: 'refused',
          reason: 'EXECABORT',
        },
      );
      assert.doesNotMatch(String(failure.stack), /secret-argument/);
      assert.equal(await servers.at(key, 'EXISTS', key), 0);
    }
    assert.deepEqual(await connection.transaction([['SET', key, 'v']], { keys: [key], reply: 'text' }), [
      'OK',
    ]);
  }),
  law('transaction refuses an invalid command, a session command and a blocking command', async (open) => {
    const { connection, space, servers } = await open();
    const key = `${space}k`;
    const options = { keys: [key] };
    const wrongs: unknown[] = [
      undefined,
      'GET',
      [],
      ['GET', 5],
      ['EXEC'],
      ['SELECT', '1'],
      ['BLPOP', key, '1'],
    ];
    for (const wrong of wrongs) {
      const commands = [['SET', key, 'v'], wrong as RedisCommand];
      await fails(connection.transaction(commands, options), { code: 'E_ARGUMENT' });
    }
    const [wrong] = [['SELECT', '1']];
    const decided = async () => [['SET', key, 'v'], wrong as string[]];
    await fails(connection.transaction(decided, options), { code: 'E_ARGUMENT' });
    const reading = async (read: TransactionRead) => [['SET', key, String(await read(wrong as string[]))]];
    await fails(connection.transaction(reading, options), { code: 'E_ARGUMENT' });
    for (const nothing of [undefined, null, 5, 'GET'] as unknown as RedisCommand[][]) {
      await fails(connection.transaction(nothing, options), { code: 'E_ARGUMENT' });
    }
    const nothing = async () => undefined as unknown as RedisCommand[];
    await fails(connection.transaction(nothing, options), { code: 'E_ARGUMENT' });
    assert.equal(await servers.at(key, 'EXISTS', key), 0);
  }),
];

const steps: readonly ConnectionLaw[] = [
  law('a transaction is atomic: no other command runs in between', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    const keys = [key];
    const write = (letter: string) =>
      connection.transaction(
        Array.from({ length: 50 }, () => ['APPEND', key, letter]),
        { keys },
      );
    await Promise.all(['a', 'b', 'c', 'd'].map(write));
    const text = String(await connection.execute(['GET', key], { keys }));
    assert.match(text, /^(?:(.)\1{49}){4}$/);
  }),
  law('transaction returns null, and executes nothing, when a watched key has changed', async (open) => {
    const { connection, space, servers } = await open();
    const key = `${space}k`;
    const options = { keys: [key], watch: [key] };
    const answer = await connection.transaction(async () => {
      await servers.at(key, 'SET', key, 'theirs');
      return [['SET', key, 'ours']];
    }, options);
    assert.equal(answer, null);
    assert.equal(String(await servers.at(key, 'GET', key)), 'theirs');
    assert.deepEqual(await connection.transaction([['APPEND', key, '!']], options), [7]);
  }),
  law('a transaction with `retry` reads and decides anew when a watched key has changed', async (open) => {
    const { connection, space, servers } = await open({ maxConnections: 8 });
    const key = `${space}k`;
    let attempts = 0;
    const options = { keys: [key], watch: [key], reply: 'text' } as const;
    const beaten =
      (times: number) =>
      async (read: TransactionRead): Promise<RedisCommand[]> => {
        const seen = await read(['GET', key]);
        attempts += 1;
        if (attempts <= times) await servers.at(key, 'SET', key, `theirs ${attempts}`);
        return [['SET', key, `ours after ${seen}`]];
      };
    assert.deepEqual(await connection.transaction(beaten(2), { ...options, retry: 2 }), ['OK']);
    assert.equal(String(await servers.at(key, 'GET', key)), 'ours after theirs 2');
    attempts = 0;
    assert.equal(await connection.transaction(beaten(9), { ...options, retry: 2 }), null);
    assert.equal(attempts, 3);
    assert.equal(String(await servers.at(key, 'GET', key)), 'theirs 3');
    await connection.execute(['SET', key, '0'], { keys: [key] });
    const add = async (read: TransactionRead): Promise<RedisCommand[]> => [
      ['SET', key, String(Number(await read(['GET', key])) + 1)],
    ];
    await Promise.all(
      Array.from({ length: 8 }, () => connection.transaction(add, { ...options, retry: 100 })),
    );
    assert.equal(Number(await servers.at(key, 'GET', key)), 8);
    for (const retry of [-1, 1.5, 101, '3' as unknown as number]) {
      await fails(connection.transaction(add, { ...options, retry }), { code: 'E_ARGUMENT' });
    }
    await fails(connection.transaction(add, { keys: [key], retry: 1 }), { code: 'E_ARGUMENT' });
    await fails(connection.transaction([['GET', key]], { ...options, retry: 1 }), { code: 'E_ARGUMENT' });
  }),
  law('a transaction with `retry` ends within its timeout, whoever changes the key', async (open) => {
    const { connection, space, servers } = await open();
    const key = `${space}k`;
    const beaten = async (read: TransactionRead): Promise<RedisCommand[]> => {
      await read(['GET', key]);
      await servers.at(key, 'SET', key, 'theirs');
      return never();
    };
    await settlesInTime(350, 'transaction', () =>
      fails(connection.transaction(beaten, { keys: [key], watch: [key], retry: 100, timeout: 300 }), {
        code: 'E_OPERATION_TIMEOUT',
        outcome: 'not-sent',
      }),
    );
    assert.equal(String(await servers.at(key, 'GET', key)), 'theirs');
  }),
  law(
    'the function of a transaction reads first, on the same connection, and decides the commands',
    async (open) => {
      const { connection, space } = await open();
      const key = `${space}n`;
      const options = { keys: [key], watch: [key], reply: 'text' } as const;
      await connection.execute(['SET', key, '20'], options);
      const double = async (read: TransactionRead): Promise<RedisCommand[]> => {
        const [text, bytes] = [await read(['GET', key]), await read(['GET', key], { reply: 'bytes' })];
        assert.deepEqual(bytes, Buffer.from(text as string));
        return [
          ['SET', key, String(2 * Number(text))],
          ['GET', key],
        ];
      };
      assert.deepEqual(await connection.transaction(double, options), ['OK', '40']);
      assert.deepEqual(await connection.transaction(async () => [], options), []);
    },
  ),
  law('concurrent transactions that double a number lose no update when they retry', async (open) => {
    const { connection, space } = await open();
    const key = `${space}n`;
    await connection.execute(['SET', key, '0'], { keys: [key] });
    const add = async (): Promise<void> => {
      const step = async (read: TransactionRead) => [
        ['SET', key, String(1 + Number(await read(['GET', key])))],
      ];
      while ((await connection.transaction(step, { keys: [key], watch: [key] })) === null);
    };
    await Promise.all(Array.from({ length: 4 }, add));
    assert.equal(Number(await connection.execute(['GET', key], { keys: [key] })), 4);
  }),
  law(
    'a transaction has its own connection, and other calls are answered while its function runs',
    async (open) => {
      const { connection, space } = await open();
      const key = `${space}k`;
      let decide: () => void = () => undefined;
      let begun = false;
      const decided = new Promise<void>((resolve) => {
        decide = resolve;
      });
      const transaction = connection.transaction(
        async (read) => {
          await read(['GET', key]);
          begun = true;
          await decided;
          return [['SET', key, 'transaction']];
        },
        { keys: [key] },
      );
      await eventually('the transaction has begun', () => begun);
      assert.equal(String(await connection.execute(['SET', key, 'execute'], { keys: [key] })), 'OK');
      assert.equal(String(await connection.execute(['GET', key], { keys: [key] })), 'execute');
      assert.deepEqual(await connection.transaction([['APPEND', key, '!']], { keys: [key] }), [8]);
      decide();
      assert.equal((await transaction)?.length, 1);
      assert.equal(String(await connection.execute(['GET', key], { keys: [key] })), 'transaction');
    },
  ),
  law('a transaction whose function throws rejects with that error, and executes nothing', async (open) => {
    const { connection, space, servers } = await open({ maxConnections: 1 });
    const key = `${space}k`;
    const mine = new RangeError('mine');
    const options = { keys: [key], watch: [key] };
    await assert.rejects(
      connection.transaction(() => Promise.reject(mine), options),
      mine,
    );
    await assert.rejects(
      connection.transaction(() => {
        throw mine;
      }, options),
      mine,
    );
    const failed = connection.transaction(
      async (read) => [['SET', key, String(await read(['HGETALL', key, 'x']))]],
      options,
    );
    await fails(failed, { code: 'E_OPERATION_REFUSED' });
    await servers.at(key, 'SET', key, 'theirs');
    // Neither a watch of theirs nor a MULTI may be left to the next.
    assert.deepEqual(await connection.transaction([['APPEND', key, '!']], { keys: [key] }), [7]);
  }),
];

const bounds: readonly ConnectionLaw[] = [
  law(
    'a transaction whose function never settles ends with the timeout, and executes nothing',
    async (open) => {
      const { connection, space, servers } = await open();
      const key = `${space}k`;
      await connection.transaction([['GET', key]], { keys: [key] }); // There is a connection for it now.
      const failure = await settlesInTime(250, 'transaction', () =>
        fails(connection.transaction(never, { keys: [key], watch: [key], timeout: 200 }), {
          code: 'E_OPERATION_TIMEOUT',
        }),
      );
      assert.notEqual(failure.outcome, 'refused');
      assert.equal(await servers.at(key, 'EXISTS', key), 0);
    },
  ),
  law(
    'a function that reads after its transaction has ended reads nothing, without effect on other calls',
    async (open) => {
      const { connection, space, servers } = await open({ maxConnections: 1 });
      const key = `${space}k`;
      const options = { keys: [key], watch: [key] };
      for (const how of ['timeout', 'signal'] as const) {
        let late: TransactionRead | undefined;
        const giving = new AbortController();
        const over = connection.transaction(
          async (read) => {
            late = read;
            await read(['GET', key]);
            if (how === 'signal') giving.abort();
            return never();
          },
          how === 'timeout' ? { ...options, timeout: 400 } : { ...options, signal: giving.signal },
        );
        await fails(over, { code: how === 'timeout' ? 'E_OPERATION_TIMEOUT' : 'E_ABORTED' });
        let read: Promise<unknown> | undefined;
        const next = connection.transaction(
          async () => {
            read = fails(Promise.resolve(late?.(['INCR', key])), {});
            await read;
            return [['GET', key]];
          },
          { keys: [key] },
        );
        assert.deepEqual(await next, [null], 'the next one has its connection for itself');
        await read;
        assert.equal(await servers.at(key, 'EXISTS', key), 0);
      }
    },
  ),
  law(
    'a transaction that is aborted while its function runs ends at once, and executes nothing',
    async (open) => {
      const { connection, space, servers } = await open();
      const key = `${space}k`;
      const giving = new AbortController();
      await connection.transaction([['GET', key]], { keys: [key] });
      await settlesInTime(150, 'transaction', () =>
        fails(
          connection.transaction(
            () => {
              setImmediate(() => giving.abort());
              return never();
            },
            { keys: [key], signal: giving.signal },
          ),
          { code: 'E_ABORTED', outcome: 'not-sent' },
        ),
      );
      assert.equal(await servers.at(key, 'EXISTS', key), 0);
    },
  ),
  law('transactions beyond maxConnections wait for a free connection, and open no more', async (open) => {
    const { connection, space, servers } = await open({ maxConnections: 2 });
    const key = `${space}n`;
    const before = (await servers.clients()).length;
    let most = 0;
    const calls = Array.from({ length: 30 }, () => connection.transaction([['INCR', key]], { keys: [key] }));
    const watching = Promise.all(calls).then(() => servers.clients());
    most = Math.max(most, (await servers.clients()).length, (await watching).length);
    assert.equal(Number(await servers.at(key, 'GET', key)), 30);
    assert.ok(most <= before + 2, `${most - before} connections of their own`);
  }),
];

export const transactionLaws: readonly ConnectionLaw[] = [...results, ...steps, ...bounds];
