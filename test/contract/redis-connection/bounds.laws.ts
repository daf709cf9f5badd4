import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { entriesOf } from '../cache/calls.js';
import { counterOf, countingCalls, everyCall } from './calls.js';
import {
  type ConnectionLaw,
  type Failure,
  fails,
  failureOf,
  keysOfOneSlot,
  law,
  type OpenConnection,
  whileFrozen,
} from './subject.js';

const TIMEOUT_MS = 100;
const TIMED_OUT = ['E_OPERATION_TIMEOUT', 'E_CONNECTION_TIMEOUT'];

async function count({ servers, space }: OpenConnection): Promise<number> {
  return Number(await servers.at(counterOf(space), 'GET', counterOf(space)));
}

const timeouts: readonly ConnectionLaw[] = entriesOf(everyCall)
  .filter(([name]) => name !== 'blocking')
  .map(([name, call]) =>
    law(`${name} ends within the timeout of the call on a frozen server`, async (open) => {
      const opened = await open();
      const { connection, space, servers } = opened;
      for (const warm of [false, true]) {
        if (warm) await eventually('it answers again', () => call(connection, space).then(() => true));
        const before = await count(opened);
        const failure = await whileFrozen(servers, () =>
          settlesInTime(TIMEOUT_MS + 50, name, () =>
            fails(call(connection, space, { timeout: TIMEOUT_MS }), { code: TIMED_OUT }),
          ),
        );
        assert.ok(['not-sent', 'unknown'].includes(failure.outcome ?? ''), String(failure.stack));
        if (failure.outcome !== 'not-sent') continue;
        await connection.ping();
        assert.equal(await count(opened), before, 'what was not sent is never executed');
      }
    }),
  );

const aborts: readonly ConnectionLaw[] = [
  ...entriesOf(everyCall).map(([name, call]) =>
    law(`${name} with a signal that has already aborted is not sent`, async (open) => {
      const opened = await open();
      const { connection, space, servers } = opened;
      await servers.received();
      const reason = new Error('given up');
      const failure = await fails(call(connection, space, { signal: AbortSignal.abort(reason) }), {
        code: 'E_ABORTED',
        outcome: 'not-sent',
      });
      assert.equal(failure.cause, reason, 'the reason of the signal is its cause');
      assert.deepEqual(await servers.received(), []);
    }),
  ),
  ...entriesOf(everyCall).map(([name, call]) =>
    law(`${name} ends at once when it is aborted while it waits for the server`, async (open) => {
      const { connection, space, servers } = await open();
      await call(connection, space);
      const giving = new AbortController();
      const failure = await whileFrozen(servers, async () => {
        const ending = failureOf(call(connection, space, { signal: giving.signal }));
        // The command has been sent by then: replies arrive in order.
        const bounded = failureOf(connection.ping({ timeout: 60 }));
        await bounded;
        giving.abort();
        return settlesInTime(60, name, () => ending);
      });
      assert.equal(failure.code, 'E_ABORTED', String(failure.stack));
      assert.ok(['unknown', 'not-sent'].includes(failure.outcome ?? ''), String(failure.stack));
      if (name === 'execute') assert.equal(failure.outcome, 'unknown');
    }),
  ),
  ...countingCalls.map((name) =>
    law(`${name} is never executed when its abort reports it as not sent`, async (open) => {
      const opened = await open();
      const { connection, space } = opened;
      let unknown = 0;
      for (let round = 0; round < 20; round += 1) {
        const giving = new AbortController();
        const ending = everyCall[name](connection, space, { signal: giving.signal }).then(
          () => (unknown += 1),
          (error: Failure) => {
            assert.equal(error.code, 'E_ABORTED', String(error.stack));
            if (error.outcome !== 'not-sent') unknown += 1;
          },
        );
        if (round % 2 === 1) await Promise.resolve();
        giving.abort();
        await ending;
      }
      await connection.ping();
      assert.ok(
        (await count(opened)) <= unknown,
        `${await count(opened)} were executed, ${unknown} may have been`,
      );
    }),
  ),
  law(
    'a command that is aborted while queued for a server that reads nothing is not sent, and never executed',
    async (open) => {
      const opened = await open({ commandTimeout: '8s' });
      const { connection, space, servers } = opened;
      const [key, heavy] = keysOfOneSlot(space, 2) as [string, string];
      const load = Buffer.alloc(1024 * 1024, 'x');
      const giving = new AbortController();
      const { results, failure } = await whileFrozen(servers, async () => {
        // More than the socket buffers of both sides, on each connection that commands may use.
        const written = Array.from({ length: 36 }, () =>
          connection.execute(['SET', heavy, load], { keys: [heavy] }),
        );
        const queued = Promise.all(
          Array.from({ length: 4 }, () =>
            failureOf(connection.execute(['INCR', key], { keys: [key], signal: giving.signal })),
          ),
        );
        const [first] = await Promise.allSettled([connection.ping({ timeout: 200 })]);
        assert.equal(first.status, 'rejected');
        giving.abort();
        return {
          results: Promise.allSettled(written),
          failure: await settlesInTime(200, 'execute', () => queued),
        };
      });
      for (const each of failure)
        assert.deepEqual([each.code, each.outcome], ['E_ABORTED', 'not-sent'], String(each.stack));
      await results;
      await eventually('it answers again', () => connection.ping().then(() => true));
      assert.equal(await servers.at(key, 'EXISTS', key), 0);
    },
  ),
];

const reports: readonly ConnectionLaw[] = entriesOf(everyCall).flatMap(([name, call]): ConnectionLaw[] => [
  law(`${name} is refused as not sent before the connection is started`, async (open) => {
    const { connection, space } = await open({ started: false });
    await fails(call(connection, space), { code: 'E_CONNECTION_REFUSED', outcome: 'not-sent' });
  }),
  law(`${name} rejects with a DisposedError after close`, async (open) => {
    const { connection, space } = await open();
    await call(connection, space);
    await connection.close();
    await fails(call(connection, space), { code: 'E_DISPOSED', outcome: 'not-sent' });
  }),
]);

export const boundsLaws: readonly ConnectionLaw[] = [...timeouts, ...aborts, ...reports];
