import assert from 'node:assert/strict';
import { settlesInTime } from '../../support/time/in-time.js';
import { counterOf, countingCalls, everyCall } from './calls.js';
import {
  type ConnectionLaw,
  type Failure,
  failureOf,
  law,
  type OpenConnection,
  whileFrozen,
} from './subject.js';

const CALLS = 200;
const TIMEOUT_MS = 100;
/** Largest number of connections over which a subject spreads its commands. */
const LINKS = 3;
/** Few calls in flight, for a long time: whatever comes after them has to wait. */
const NARROW = { maxInFlight: 4, commandTimeout: '8s' } as const;

async function count({ servers, space }: OpenConnection): Promise<number> {
  return Number(await servers.at(counterOf(space), 'GET', counterOf(space)));
}

function increments({ connection, space }: OpenConnection, calls: number): Promise<unknown>[] {
  return Array.from({ length: calls }, () => everyCall.execute(connection, space));
}

/** Makes calls on a frozen server, where nothing has room after the first few; returns what it found. */
async function whileFull<T>(opened: OpenConnection, step: () => Promise<T>): Promise<T> {
  await everyCall.execute(opened.connection, opened.space);
  let first: Promise<unknown> = Promise.resolve();
  const found = await whileFrozen(opened.servers, () => {
    first = Promise.allSettled(increments(opened, NARROW.maxInFlight * LINKS));
    return step();
  });
  await first;
  return found;
}

export const roomLaws: readonly ConnectionLaw[] = [
  law('calls beyond maxInFlight wait for room, and are sent in their order', async (open) => {
    const opened = await open(NARROW);
    const found = (await Promise.all(increments(opened, CALLS))) as number[];
    assert.deepEqual(
      [...found].sort((a, b) => a - b),
      found.map((_, index) => index + 1),
    );
    const overtaken = found.filter((reply, index) => reply > (found[index + LINKS] ?? Infinity));
    assert.deepEqual(overtaken, [], 'on each connection the earlier call was executed earlier');
  }),
  law(
    'a pipeline and scripts beyond maxInFlight wait for room, and are sent in their order',
    async (open) => {
      const { connection, space } = await open(NARROW);
      const key = counterOf(space);
      const commands = Array.from({ length: CALLS }, () => ({ command: ['INCR', key], keys: [key] }));
      assert.deepEqual(
        await connection.pipeline(commands),
        commands.map((_, index) => index + 1),
      );
      const scripts = await Promise.all(commands.map(() => everyCall.script(connection, space)));
      assert.equal(Math.max(...(scripts as number[])), 2 * CALLS);
    },
  ),
  law('thirty thousand calls at once are all answered', async (open) => {
    const opened = await open({ commandTimeout: '8s' });
    await Promise.all(increments(opened, 30_000));
    assert.equal(await count(opened), 30_000);
  }),
  law('a transaction of more commands than maxInFlight is executed', async (open) => {
    const { connection, space } = await open(NARROW);
    const key = counterOf(space);
    const commands = Array.from({ length: CALLS }, () => ['INCR', key]);
    const results = await connection.transaction(commands, { keys: [key] });
    assert.equal(results?.at(-1), CALLS);
  }),
  law('a call that finds no room within its timeout is not sent, and ends in time', async (open) => {
    const opened = await open(NARROW);
    const failure = await whileFull(opened, () =>
      settlesInTime(TIMEOUT_MS + 50, 'execute', () =>
        failureOf(everyCall.execute(opened.connection, opened.space, { timeout: TIMEOUT_MS })),
      ),
    );
    assert.deepEqual([failure.code, failure.outcome], ['E_OVERLOADED', 'not-sent'], String(failure.stack));
    await opened.connection.ping();
    assert.equal(await count(opened), 1 + NARROW.maxInFlight * LINKS, 'it was never executed');
  }),
  law('a call that is aborted while it waits for room ends at once, and is not sent', async (open) => {
    const opened = await open(NARROW);
    const failures = await whileFull(opened, () => {
      const giving = new AbortController();
      const waiting = countingCalls
        .filter((name) => name !== 'transaction')
        .map((name) =>
          failureOf(everyCall[name](opened.connection, opened.space, { signal: giving.signal })),
        );
      giving.abort();
      return settlesInTime(60, 'the calls', () => Promise.all(waiting));
    });
    for (const { code, outcome, stack } of failures)
      assert.deepEqual([code, outcome], ['E_ABORTED', 'not-sent'], String(stack));
    await opened.connection.ping();
    assert.equal(await count(opened), 1 + NARROW.maxInFlight * LINKS, 'they were never executed');
  }),
  law('calls that wait for room when the connection is closed are not sent', async (open) => {
    const opened = await open(NARROW);
    const failure = await whileFull(opened, async () => {
      const waiting = failureOf(everyCall.execute(opened.connection, opened.space));
      await opened.connection.close();
      return waiting;
    });
    assert.deepEqual([failure.code, failure.outcome], ['E_DISPOSED', 'not-sent'], String(failure.stack));
  }),
  law('calls that wait for room when the connection breaks are answered, or never executed', async (open) => {
    const opened = await open({ ...NARROW, commandTimeout: '2s' });
    const { servers } = opened;
    let answered = 0;
    let unknown = 0;
    await whileFull(opened, async () => {
      const waiting = increments(opened, CALLS).map((call) =>
        call.then(
          () => (answered += 1),
          ({ outcome }: Failure) => (unknown += outcome === 'not-sent' ? 0 : 1),
        ),
      );
      servers.thaw();
      await Promise.race(waiting);
      await servers.kill();
      await Promise.all(waiting);
    });
    const executed = await count(opened);
    const most = 1 + NARROW.maxInFlight * LINKS + answered + unknown;
    assert.ok(executed <= most, `${executed} were executed, at most ${most} may have been`);
  }),
  law('calls beyond maxWaitingBytes are refused at once, and not sent', async (open) => {
    const opened = await open({ ...NARROW, maxWaitingBytes: 16_384 });
    const results = await Promise.allSettled(increments(opened, CALLS));
    const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    for (const { reason } of refused)
      assert.deepEqual([reason.code, reason.outcome], ['E_OVERLOADED', 'not-sent'], String(reason.stack));
    assert.ok(refused.length >= CALLS / 2, `${refused.length} of ${CALLS} were refused`);
    assert.equal(await count(opened), CALLS - refused.length);
    assert.ok(Number(await everyCall.execute(opened.connection, opened.space)) > 0, 'it is over');
  }),
];
