import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { listOf } from './calls.js';
import { OF_THE_SESSION } from './execute.laws.js';
import { type ConnectionLaw, type Failure, fails, law, type OpenConnection, whileFrozen } from './subject.js';

/** A call that waits for an element, without a limit. */
function waiting(
  { connection, space }: OpenConnection,
  options: { readonly block?: number; readonly signal?: AbortSignal } = {},
): Promise<unknown> {
  const { block = 30_000, signal } = options;
  const command = ['BLPOP', listOf(space), String(block / 1000)];
  return connection.blocking(command, { block, signal, keys: [listOf(space)], reply: 'text' });
}

async function blocked({ servers }: OpenConnection, count: number): Promise<void> {
  const areBlocked = async (): Promise<boolean> =>
    (await servers.clients()).filter(({ isBlocked }) => isBlocked).length === count;
  await eventually(`${count} calls wait on the server`, areBlocked, { withinMs: 8000 });
}

const push = ({ servers, space }: OpenConnection, ...words: string[]) =>
  servers.at(listOf(space), 'RPUSH', listOf(space), ...words);

const lengthOf = async ({ servers, space }: OpenConnection): Promise<number> =>
  Number(await servers.at(listOf(space), 'LLEN', listOf(space)));

const waits: readonly ConnectionLaw[] = [
  law('blocking returns a value that arrives while it waits', async (open) => {
    const opened = await open();
    const call = waiting(opened);
    await blocked(opened, 1);
    await push(opened, 'first', 'second');
    assert.deepEqual(await call, [listOf(opened.space), 'first']);
    assert.deepEqual(await waiting(opened), [listOf(opened.space), 'second']);
    const key = listOf(opened.space);
    await opened.servers.at(key, 'RPUSH', key, Buffer.from([0, 255]));
    const bytes = await opened.connection.blocking(['BLPOP', key, '1'], { block: '1s', keys: [key] });
    assert.deepEqual(bytes, [Buffer.from(key), Buffer.from([0, 255])]);
  }),
  law('blocking returns null when its waiting time ends', async (open) => {
    const opened = await open({ commandTimeout: '2s' });
    await eventually(
      'there is a connection for it',
      async () => (await waiting(opened, { block: 10 })) === null,
    );
    assert.equal(await settlesInTime(2200, 'blocking', () => waiting(opened, { block: 150 })), null);
    assert.equal(await waiting(opened, { block: 20 }), null);
  }),
  law('other calls are answered while a blocking call waits', async (open) => {
    const opened = await open();
    const { connection, space } = opened;
    const calls = [waiting(opened), waiting(opened)];
    await blocked(opened, 2);
    const key = `${space}k`;
    for (let index = 0; index < 10; index += 1) {
      assert.equal(await connection.execute(['INCR', key], { keys: [key] }), index + 1);
    }
    assert.deepEqual(await connection.transaction([['INCR', key]], { keys: [key] }), [11]);
    await push(opened, 'a', 'b');
    assert.deepEqual((await Promise.all(calls)).map((reply) => (reply as string[])[1]).sort(), ['a', 'b']);
  }),
  law('blocking refuses an invalid command, a session command and an invalid waiting time', async (open) => {
    const opened = await open();
    const { connection, space } = opened;
    for (const command of [
      [],
      ['BLPOP', 5],
      'BLPOP',
      undefined,
      ...OF_THE_SESSION,
    ] as unknown as string[][]) {
      await fails(connection.blocking(command, { block: 10 }), { code: 'E_ARGUMENT' });
    }
    for (const block of [0, -1, undefined, 'soon', Number.POSITIVE_INFINITY] as unknown as number[]) {
      await fails(connection.blocking(['BLPOP', listOf(space), '0.01'], { block }), { code: 'E_ARGUMENT' });
    }
    await fails(connection.blocking(['BLPOP', listOf(space), '0.01'], undefined as never), {
      code: 'E_ARGUMENT',
    });
    assert.equal(await waiting(opened, { block: 10 }), null);
  }),
];

const ends: readonly ConnectionLaw[] = [
  law('an aborted blocking call ends at once, and consumes nothing afterwards', async (open) => {
    const opened = await open();
    const giving = new AbortController();
    const before = (await opened.servers.clients()).length;
    const call = fails(waiting(opened, { signal: giving.signal }), { code: 'E_ABORTED', outcome: 'unknown' });
    await blocked(opened, 1);
    giving.abort();
    await settlesInTime(100, 'blocking', () => call);
    await eventually(
      'its connection is gone',
      async () => (await opened.servers.clients()).length === before,
    );
    await push(opened, 'kept');
    assert.equal(await lengthOf(opened), 1);
    assert.deepEqual(await waiting(opened), [listOf(opened.space), 'kept']);
  }),
  law('a blocking call ends within its waiting time + commandTimeout on a frozen server', async (open) => {
    const opened = await open({ commandTimeout: 200 });
    await eventually(
      'there is a connection for it',
      async () => (await waiting(opened, { block: 10 })) === null,
    );
    const frozen = (block: number) =>
      settlesInTime(block + 250, 'blocking', () => fails(waiting(opened, { block }), {}));
    const failure = await whileFrozen(opened.servers, () => frozen(100));
    assert.equal(failure.outcome, 'unknown', String(failure.stack));
    assert.equal(failure.code, 'E_OPERATION_TIMEOUT');
  }),
  law('a blocking call whose connection breaks rejects at once, with outcome unknown', async (open) => {
    const opened = await open();
    const call = fails(waiting(opened), { code: 'E_CONNECTION_LOST', outcome: 'unknown' });
    await blocked(opened, 1);
    await opened.servers.kill(({ isBlocked }) => isBlocked);
    await settlesInTime(1000, 'blocking', () => call);
    await push(opened, 'kept');
    assert.deepEqual(await waiting(opened), [listOf(opened.space), 'kept']);
  }),
  law('a blocking call ends when the connection is closed', async (open) => {
    const opened = await open();
    const call = fails(waiting(opened), { code: 'E_DISPOSED', outcome: 'unknown' });
    await blocked(opened, 1);
    await opened.connection.close();
    await settlesInTime(1000, 'blocking', () => call);
  }),
];

const limits: readonly ConnectionLaw[] = [
  law('a blocking call waits when no connection is free', async (open) => {
    const opened = await open({ maxConnections: 1 });
    const calls = [waiting(opened), waiting(opened), waiting(opened)];
    await blocked(opened, 1);
    await push(opened, 'a');
    await push(opened, 'b');
    await push(opened, 'c');
    assert.deepEqual((await Promise.all(calls)).map((reply) => (reply as string[])[1]).sort(), [
      'a',
      'b',
      'c',
    ]);
  }),
  law('a blocking call that finds no free connection in time is refused, unsent', async (open) => {
    const opened = await open({ maxConnections: 2, commandTimeout: 500 });
    const warm = () => Promise.all([waiting(opened, { block: 10 }), waiting(opened, { block: 10 })]);
    await eventually('there are connections for them', () => warm().then(() => true));
    const giving = new AbortController();
    const { signal } = giving;
    const first = [waiting(opened, { signal }), waiting(opened, { signal })].map((call) => fails(call, {}));
    await blocked(opened, 2);
    await settlesInTime(550, 'blocking', () =>
      fails(waiting(opened), { code: 'E_OVERLOADED', outcome: 'not-sent' }),
    );
    const { connection, space } = opened;
    const key = `${listOf(space)}k`; // On the same node of a cluster.
    await settlesInTime(550, 'transaction', () =>
      fails(connection.transaction([['INCR', key]], { keys: [key] }), {
        code: 'E_OVERLOADED',
        outcome: 'not-sent',
      }),
    );
    giving.abort();
    await Promise.all(first);
    await eventually('there is room again', async () => (await waiting(opened, { block: 10 })) === null);
    await push(opened, 'kept');
    assert.equal(await lengthOf(opened), 1, 'no call waits for it');
    assert.equal(await opened.servers.at(key, 'EXISTS', key), 0);
  }),
  law(
    'a call that is aborted while it waits for a free connection is not sent, and never runs',
    async (open) => {
      const opened = await open({ maxConnections: 1 });
      const [first, second] = [new AbortController(), new AbortController()];
      const busy = fails(waiting(opened, { signal: first.signal }), {
        code: 'E_ABORTED',
        outcome: 'unknown',
      });
      await blocked(opened, 1);
      const { connection, space } = opened;
      const key = `${listOf(space)}k`; // On the same node of a cluster.
      const queued: Promise<Failure>[] = [
        fails(waiting(opened, { signal: second.signal }), { code: 'E_ABORTED', outcome: 'not-sent' }),
        fails(connection.transaction([['INCR', key]], { keys: [key], signal: second.signal }), {
          code: 'E_ABORTED',
          outcome: 'not-sent',
        }),
      ];
      second.abort();
      await settlesInTime(100, 'a call that waits', () => Promise.all(queued));
      first.abort();
      await busy;
      assert.equal(await waiting(opened, { block: 10 }), null);
      await push(opened, 'kept');
      assert.equal(await lengthOf(opened), 1);
      assert.equal(await opened.servers.at(key, 'EXISTS', key), 0);
    },
  ),
];

export const blockingLaws: readonly ConnectionLaw[] = [...waits, ...ends, ...limits];
