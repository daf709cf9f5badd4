import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { EMPTY_ANSWERS, entriesOf, everyCall, keyedCalls } from '../cache/calls.js';
import { all, bytes, rejectsWith, text } from '../expectations.js';
import { block, lose, publishedDuring } from './observation.js';
import { type FailureLaw, law } from './subject.js';

const CONNECTION_CODES = [
  ...['E_CONNECTION_REFUSED', 'E_CONNECTION_LOST', 'E_CONNECTION_TIMEOUT', 'E_CIRCUIT_OPEN', 'E_OVERLOADED'],
];
const WRITES = 40;
const WRITE_BYTES = 8192;
const SECRET_KEY = 'secret-of-the-key';

const answers: readonly FailureLaw[] = [
  ...entriesOf(everyCall).flatMap(([method, call]): FailureLaw[] => [
    law(`${method} returns the same as for an absent entry while the server is down`, async (open) => {
      const opened = await open();
      await opened.cache.setValue('k', bytes('v'), '1m');
      await lose(opened);
      assert.deepEqual(await call(opened.cache, 'k'), EMPTY_ANSWERS[method]);
    }),
    law(
      `${method} rejects with a ConnectionError while the server is down, with failureMode throw`,
      async (open) => {
        const opened = await open({ failureMode: 'throw' });
        await opened.cache.setValue('k', bytes('v'), '1m');
        await lose(opened);
        const error = await call(opened.cache, 'k').then(
          () => assert.fail('it answered'),
          (reason) => reason,
        );
        assert.equal(error.name, 'ConnectionError', String(error.stack));
        assert.ok(CONNECTION_CODES.includes(error.code), error.code);
        assert.equal(error.outcome, 'not-sent');
      },
    ),
    law(
      `${method} publishes its degraded answer on the diagnostics channel, without key and value`,
      async (open) => {
        const opened = await open();
        await opened.cache.setValue(SECRET_KEY, bytes('v'), '1m');
        await lose(opened);
        const [message, ...more] = await publishedDuring(() => call(opened.cache, SECRET_KEY));
        assert.deepEqual(more, []);
        assert.ok(message, 'there is a message');
        assert.deepEqual(Object.keys(message).sort(), ['code', 'component', 'operation']);
        assert.equal(message.operation, method);
        assert.match(String(message.component), /Cache$/);
        assert.ok(CONNECTION_CODES.includes(String(message.code)), String(message.code));
        assert.doesNotMatch(JSON.stringify(message), new RegExp(SECRET_KEY));
      },
    ),
  ]),
  law('the diagnostics channel publishes no answer that came from the store', async (open) => {
    const { cache } = await open();
    const messages = await publishedDuring(async () => {
      await cache.getValue('absent');
      await cache.setValue('k', bytes('v'), '1m');
      await cache.setValue('k', bytes('v'), 0);
      await cache.getValue('').catch(() => undefined);
    });
    assert.deepEqual(messages, []);
  }),
  law('the diagnostics channel publishes nothing with failureMode throw', async (open) => {
    const opened = await open({ failureMode: 'throw' });
    await lose(opened);
    assert.deepEqual(await publishedDuring(() => opened.cache.getValue('k').catch(() => undefined)), []);
  }),
  law('many failures during one outage are logged as one line, without keys and values', async (open) => {
    const opened = await open();
    await lose(opened);
    for (let round = 0; round < 100; round += 1) {
      await opened.cache.getValue(SECRET_KEY);
      await opened.cache.setValue(SECRET_KEY, bytes('secret-of-the-value'), '1m');
    }
    const lines = opened.log.filter(({ level }) => level !== 'info');
    const ofTheCache = lines.filter(({ topic }) => topic.endsWith('-cache'));
    assert.equal(ofTheCache.length, 1, JSON.stringify(lines));
    assert.ok(lines.length <= 2, 'the connection says it once, too');
    for (const { message, attributes, error } of lines) {
      assert.doesNotMatch(`${message} ${JSON.stringify(attributes)} ${(error as Error)?.stack}`, /secret-of/);
    }
  }),
  law('a second outage is logged as a second line', async (open) => {
    const opened = await open();
    const lines = () =>
      opened.log.filter(({ level, topic }) => level !== 'info' && topic.endsWith('-cache')).length;
    await lose(opened);
    await opened.cache.getValue('k');
    await opened.server.restart();
    await eventually('the cache is back', () => opened.cache.connected);
    await lose(opened);
    await eventually('a line says so, a second after the other outage at the earliest', async () => {
      await opened.cache.getValue('k');
      return lines() === 2;
    });
  }),
  law('a wrong argument is an ArgumentError even while the server is down', async (open) => {
    const opened = await open();
    await lose(opened);
    for (const [method, call] of entriesOf(keyedCalls)) {
      await rejectsWith('E_ARGUMENT', method, () => call(opened.cache, ''));
    }
    await rejectsWith('E_ARGUMENT', 'setValue', () =>
      opened.cache.setValue('k', 'text' as unknown as Uint8Array, '1m'),
    );
    assert.deepEqual(await publishedDuring(() => opened.cache.setValue('k', bytes('v'), 0)), []);
  }),
];

const recovery: readonly FailureLaw[] = [
  law('connected is false while the server is down and true after it has come back', async (open) => {
    const opened = await open();
    assert.equal(opened.cache.connected, true);
    await lose(opened);
    assert.equal(opened.cache.connected, false);
    await opened.server.restart();
    await eventually('the cache notices that its server is back', () => opened.cache.connected);
  }),
  law('a cache recovers by itself when its server comes back', async (open) => {
    const opened = await open();
    await lose(opened);
    assert.equal(await opened.cache.setValue('k', bytes('lost'), '1m'), false);
    await opened.server.restart();
    await eventually('the cache is back', () => opened.cache.connected);
    assert.equal(await opened.cache.setValue('k', bytes('v'), '1m'), true);
    assert.equal(text(await opened.cache.getValue('k')), 'v');
  }),
  law('a write that was refused while the server was down is never executed later', async (open) => {
    const opened = await open();
    await lose(opened);
    await Promise.all([
      opened.cache.setValue('a', bytes('late'), '1m'),
      opened.cache.setValues([['b', bytes('late')]], '1m'),
    ]);
    await opened.server.restart();
    await eventually('the cache is back', () => opened.cache.connected);
    for (let look = 0; look < 200; look += 1) {
      assert.deepEqual(await opened.cache.getValues(['a', 'b']), [null, null]);
    }
  }),
  law('a cache starts degraded while its server is down, and recovers by itself', async (open) => {
    const opened = await open({ serverGone: true });
    assert.equal(opened.cache.connected, false);
    assert.equal(await opened.cache.getValue('k'), null);
    assert.equal(await opened.cache.setValue('k', bytes('v'), '1m'), false);
    await opened.server.restart();
    await eventually('the cache has its server', () => opened.cache.connected);
    assert.equal(await opened.cache.setValue('k', bytes('v'), '1m'), true);
  }),
  law('a cache recovers by itself when its frozen server resumes', async (open) => {
    const opened = await open();
    await opened.cache.setValue('k', bytes('v'), '1m');
    opened.server.freeze();
    await eventually('the cache notices that its server is silent', async () => {
      await opened.cache.getValue('k');
      return !opened.cache.connected;
    });
    opened.server.thaw();
    await eventually('the cache is back', () => opened.cache.connected);
    assert.equal(text(await opened.cache.getValue('k')), 'v');
  }),
  law('a write that was not answered in time stores its own bytes later, or nothing', async (open) => {
    const { cache, server } = await open();
    const [early, later] = ['early', 'later'].map((name) =>
      Array.from({ length: WRITES }, (_, index) => `${name}${index}`),
    ) as [string[], string[]];
    const write = (keys: readonly string[], first: number) =>
      keys.map((key, index) => cache.setValue(key, new Uint8Array(WRITE_BYTES).fill(first + index), '1m'));
    server.freeze();
    // Larger writes fill what the network holds, so that the bytes of the others are not sent yet.
    const fill = Array.from({ length: 12 }, (_, index) =>
      cache.setValue(`fill${index}`, new Uint8Array(1024 ** 2), '1m'),
    );
    await Promise.all([...fill, ...write(early, 1)]);
    await Promise.all(write(later, 101));
    server.thaw();
    await eventually('the cache is back', () => cache.connected);
    for (let look = 0; look < 100; look += 1) {
      const values = await cache.getValues(early);
      values.forEach((value, index) => {
        const isOwn = value === null || Buffer.alloc(WRITE_BYTES, 1 + index).equals(value);
        assert.ok(isOwn, `write ${index} stored other bytes`);
      });
    }
  }),
  law('an iteration over keys ends when the server is lost halfway', async (open) => {
    const opened = await open();
    const keys = Array.from({ length: 3000 }, (_, index) => `k${index}`);
    await opened.cache.setValues(
      keys.map((key) => [key, bytes('v')] as const),
      '1m',
    );
    const seen: string[] = [];
    for await (const key of opened.cache.keys()) {
      if (seen.length === 0) await lose(opened);
      seen.push(key);
    }
    assert.ok(seen.length > 0 && seen.length < 3000, `${seen.length} keys`);
  }),
  law(
    'an iteration over keys rejects when the server is lost halfway, with failureMode throw',
    async (open) => {
      const opened = await open({ failureMode: 'throw' });
      const keys = Array.from({ length: 3000 }, (_, index) => `k${index}`);
      await opened.cache.setValues(
        keys.map((key) => [key, bytes('v')] as const),
        '1m',
      );
      let seen = 0;
      const iterate = async (): Promise<void> => {
        for await (const _ of opened.cache.keys()) if (seen++ === 0) await lose(opened);
      };
      await assert.rejects(iterate(), { name: 'ConnectionError' });
      assert.ok(seen > 0);
    },
  ),
];

const bounds: readonly FailureLaw[] = [
  ...entriesOf(everyCall).map(([method, call]) =>
    law(`${method} ends within commandTimeout + 50 ms on a frozen server`, async (open) => {
      const opened = await open();
      opened.server.freeze();
      const bound = opened.commandTimeoutMs + 50;
      const answer = await settlesInTime(bound, method, () => call(opened.cache, 'k'));
      assert.deepEqual(answer, EMPTY_ANSWERS[method]);
    }),
  ),
  law('commandTimeout is 1 s by default', async (open) => {
    const opened = await open({ commandTimeoutMs: null });
    opened.server.freeze();
    const start = performance.now();
    assert.equal(await settlesInTime(1050, 'getValue', () => opened.cache.getValue('k')), null);
    assert.ok(performance.now() - start >= 990, 'it waits for that long');
  }),
  law(
    'a call that was sent and not answered rejects with an OperationError of unknown outcome, with failureMode throw',
    async (open) => {
      const opened = await open({ failureMode: 'throw' });
      opened.server.freeze();
      const error = (await rejectsWith('E_OPERATION_TIMEOUT', 'setValue', () =>
        settlesInTime(opened.commandTimeoutMs + 50, 'setValue', () =>
          opened.cache.setValue('k', bytes('v'), '1m'),
        ),
      )) as Error & { outcome?: string };
      assert.equal(error.name, 'OperationError');
      assert.equal(error.outcome, 'unknown');
    },
  ),
  law('many concurrent calls on a frozen server all end in time', async (open) => {
    const opened = await open();
    opened.server.freeze();
    const calls = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 300 }, (_, i) => opened.cache.getValue(`k${i}`)));
    await settlesInTime(opened.commandTimeoutMs + 50, '300 gets', calls);
  }),
  law('successive calls on a frozen server each end in time', async (open) => {
    const opened = await open();
    opened.server.freeze();
    for (let round = 0; round < 6; round += 1) {
      await settlesInTime(opened.commandTimeoutMs + 50, `get ${round}`, () => opened.cache.getValue('k'));
    }
  }),
  law(
    'a reply that arrived while the application blocked the event loop is read before its call times out',
    async (open) => {
      const opened = await open();
      await opened.cache.setValue('k', bytes('v'), '1m');
      const answer = opened.cache.getValue('k');
      await setImmediate();
      block(opened.commandTimeoutMs * 2);
      assert.equal(text(await answer), 'v');
    },
  ),
  law('close ends within a second on a frozen server, and so do the calls in progress', async (open) => {
    const opened = await open({ commandTimeoutMs: 5000 });
    opened.server.freeze();
    const calls = Promise.allSettled([
      opened.cache.getValue('k'),
      all(opened.cache.keys()),
      opened.cache.clear(),
    ]);
    await setImmediate();
    await settlesInTime(1000, 'close', () => opened.shut());
    for (const result of await settlesInTime(1000, 'the calls under way', () => calls)) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'E_DISPOSED');
    }
  }),
  law('close ends within a second while the server is down', async (open) => {
    const opened = await open();
    await lose(opened);
    await settlesInTime(1000, 'close', () => opened.shut());
    await rejectsWith('E_DISPOSED', 'getValue', () => opened.cache.getValue('k'));
  }),
];

export const outageLaws: readonly FailureLaw[] = [...answers, ...recovery, ...bounds];
