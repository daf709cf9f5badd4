import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '../../../src/interfaces/errors.js';
import { entriesOf, everyCall } from '../../contract/cache/calls.js';
import { eventually } from '../../support/time/eventually.js';
import {
  change,
  changed,
  degraded,
  type FailureMutant,
  type FencedMethod,
  late,
  mutant,
  quietly,
  sticky,
  swallowing,
  WRONG,
} from './flaws.js';

const answers: readonly FailureMutant[] = [
  ...entriesOf(everyCall).flatMap(([method]): FailureMutant[] => [
    mutant(
      `${method} returns the same as for an absent entry while the server is down`,
      'answers another value',
      changed(method, quietly(WRONG[method])),
    ),
    mutant(
      `${method} rejects with a ConnectionError while the server is down, with failureMode throw`,
      'answers instead of rejecting',
      changed(
        method,
        (original) =>
          (...args) =>
            original(...args).catch(() => (method === 'keys' ? [] : null)),
      ),
    ),
    mutant(
      `${method} publishes its degraded answer on the diagnostics channel, without key and value`,
      'publishes the key',
      changed(method, (original) => async (...args) => {
        const answer = await original(...args);
        degraded.publish({
          component: 'RedisCache',
          operation: method,
          code: 'E_CONNECTION_LOST',
          key: args[0],
        });
        return answer;
      }),
    ),
    mutant(
      `${method} ends within commandTimeout + 50 ms on a frozen server`,
      'answers too late',
      changed(method, late),
    ),
  ]),
  mutant(
    'the diagnostics channel publishes no answer that came from the store',
    'publishes misses',
    changed('getValue', (original) => async (...args) => {
      degraded.publish({ component: 'RedisCache', operation: 'getValue', code: 'E_MISS' });
      return original(...args);
    }),
  ),
  mutant(
    'the diagnostics channel publishes nothing with failureMode throw',
    'publishes failures with failureMode throw',
    changed(
      'getValue',
      (original) =>
        (...args) =>
          original(...args).catch((error) => {
            degraded.publish({ component: 'RedisCache', operation: 'getValue', code: error.code });
            throw error;
          }),
    ),
  ),
  mutant(
    'many failures during one outage are logged as one line, without keys and values',
    'logs one line per failure',
    changed('setValue', (original, { loggerSite }) => async (...args) => {
      const stored = await original(...args);
      if (stored === false) loggerSite.getLogger('inversify-cache.redis-cache').warning('not stored');
      return stored;
    }),
  ),
  mutant(
    'many failures during one outage are logged as one line, without keys and values',
    'logs the key',
    (redis) => {
      const { records } = redis.loggerSite;
      const push = records.push.bind(records);
      records.push = (record) => push({ ...record, message: `${record.message} at secret-of-the-key` });
    },
  ),
  mutant('a second outage is logged as a second line', 'logs only the first outage', ({ loggerSite }) => {
    const { records } = loggerSite;
    const push = records.push.bind(records);
    records.push = (record) =>
      records.some(({ topic }) => topic === record.topic) ? records.length : push(record);
  }),
  mutant(
    'a wrong argument is an ArgumentError even while the server is down',
    'answers before it checks its argument',
    changed(
      'hasValue',
      (original, { cache }) =>
        async (...args) =>
          cache.connected && original(...args),
    ),
  ),
];

const recovery: readonly FailureMutant[] = [
  mutant(
    'connected is false while the server is down and true after it has come back',
    'reports connected as it was before',
    ({ cache }) => {
      Object.defineProperty(cache, 'connected', { value: true });
    },
  ),
  mutant(
    'a cache recovers by itself when its server comes back',
    'stays degraded after the server is back',
    changed('setValue', sticky(false)),
  ),
  mutant(
    'a write that was refused while the server was down is never executed later',
    'retries the refused write later',
    changed('setValue', (original) => (...args) => {
      const stored = original(...args);
      void (async () => {
        for (let left = 2000; left > 0 && !(await original(...args).catch(() => true)); left -= 1)
          await sleep(1);
      })();
      return stored;
    }),
  ),
  mutant(
    'a cache starts degraded while its server is down, and recovers by itself',
    'rejects until it is connected',
    changed(
      'getValue',
      (original, { cache }) =>
        (...args) =>
          cache.connected ? original(...args) : Promise.reject(new Error('not connected')),
    ),
  ),
  mutant(
    'a cache recovers by itself when its frozen server resumes',
    'stays degraded after the server resumes',
    changed('getValue', sticky(null)),
  ),
  mutant(
    'an iteration over keys ends when the server is lost halfway',
    'rejects when the server is lost',
    change(
      'keys',
      (original, { cache }) =>
        async function* (...args) {
          yield* original(...args) as unknown as AsyncIterable<string>;
          if (!cache.connected) throw new Error('not connected');
        },
    ),
  ),
  mutant(
    'an iteration over keys rejects when the server is lost halfway, with failureMode throw',
    'ends quietly when the server is lost',
    change(
      'keys',
      (original) =>
        async function* (...args) {
          try {
            yield* original(...args) as unknown as AsyncIterable<string>;
          } catch {}
        },
    ),
  ),
];

/** Stores the bytes of a write that failed once more, with others in them. */
const reusing: FailureMutant['make'] = changed('setValue', (original, { cache }) => async (...args) => {
  const answer = await original(...args);
  const [key, value, expire] = args as [string, Uint8Array, string];
  const again = async (): Promise<void> => {
    await eventually('it is back', () => cache.connected, { everyMs: 1 });
    await original(
      key,
      value.map((byte) => byte + 100),
      expire,
    );
  };
  if (answer === false) void again().catch(() => undefined);
  return answer;
});

const bounds: readonly FailureMutant[] = [
  mutant(
    'a write that was not answered in time stores its own bytes later, or nothing',
    'gives the memory of a write to another one before it was sent',
    reusing,
  ),
  mutant(
    'commandTimeout is 1 s by default',
    'has a default commandTimeout of half a second',
    changed(
      'getValue',
      (original) =>
        (...args) =>
          Promise.race([original(...args), sleep(500, null)]),
    ),
  ),
  mutant(
    'a call that was sent and not answered rejects with an OperationError of unknown outcome, with failureMode throw',
    'reports the call as not sent',
    changed(
      'setValue',
      (original) =>
        (...args) =>
          original(...args).catch((error) => {
            throw new OperationError('E_OPERATION_TIMEOUT', error.message, 'not-sent');
          }),
    ),
  ),
  mutant(
    'many concurrent calls on a frozen server all end in time',
    'runs its calls one after another',
    changed('getValue', (original) => {
      let last: Promise<unknown> = Promise.resolve();
      return (...args) => {
        last = last.then(() => sleep(20)).then(() => original(...args));
        return last;
      };
    }),
  ),
  mutant(
    'successive calls on a frozen server each end in time',
    'waits longer for each call',
    changed('getValue', (original) => {
      let round = 0;
      return async (...args) => {
        await sleep(100 * round++);
        return original(...args);
      };
    }),
  ),
  mutant(
    'a reply that arrived while the application blocked the event loop is read before its call times out',
    'bounds its calls with a plain timer',
    changed(
      'getValue',
      (original, { commandTimeoutMs }) =>
        (...args) =>
          Promise.race([original(...args), sleep(commandTimeoutMs, null)]),
    ),
  ),
  ...['on a frozen server, and so do the calls in progress', 'while the server is down'].map((when) =>
    mutant(`close ends within a second ${when}`, 'waits for the server before it closes', ({ cache }) => {
      const close = cache.close.bind(cache);
      cache.close = async () => {
        await sleep(2500);
        await close();
      };
    }),
  ),
];

const refusals: readonly FailureMutant[] = [
  ...(
    [
      ['WRONGTYPE', 'getValue'],
      ['OOM', 'setValue'],
      ['READONLY', 'setValue'],
      ['MASTERDOWN', 'getValue'],
      ['NOPERM', 'deleteValue'],
      ['NOREPLICAS', 'setValue'],
    ] as const
  ).flatMap(([reason, method]): FailureMutant[] => [
    mutant(
      `a server reply of ${reason} degrades the call`,
      'takes the refusal for an answer',
      changed(method, quietly(WRONG[method])),
    ),
    mutant(
      `a server reply of ${reason} leaves the cache connected`,
      'takes the refusal for a lost connection',
      changed(method, (original, { cache }) => async (...args) => {
        const answer = await original(...args);
        Object.defineProperty(cache, 'connected', { value: false });
        return answer;
      }),
    ),
    mutant(
      `a server reply of ${reason} is an OperationError that names it, with failureMode throw`,
      'leaves the reason of the refusal out',
      changed(
        method,
        (original) =>
          (...args) =>
            original(...args).catch((error) => {
              throw new OperationError('E_OPERATION_REFUSED', error.message, 'refused');
            }),
      ),
    ),
  ]),
  mutant(
    'calls succeed again as soon as the server no longer refuses them',
    'stays degraded after the refusal',
    changed('setValue', sticky(false)),
  ),
  mutant(
    'a cache writes again to a server that was demoted to a replica and promoted again',
    'stays degraded after the promotion',
    changed('setValue', sticky(false)),
  ),
  mutant(
    'a server reply of BUSY degrades the call',
    'takes BUSY for an answer',
    changed('getValue', quietly(WRONG.getValue)),
  ),
  mutant(
    'setValues returns true only if all entries were stored',
    'answers true in any case',
    changed('setValues', quietly(true)),
  ),
  ...(['clear', 'deleteValues'] as const).map((method) =>
    mutant(
      `an interrupted ${method} returns how many entries it has removed so far`,
      'counts the entries that it was to remove',
      changed(method, quietly(3001)),
    ),
  ),
  mutant(
    'calls degrade when the server refuses credentials that it accepted before',
    'rejects when the credentials are refused',
    changed('getValue', (original) => async (...args) => {
      if ((await original(...args)) === null) throw new Error('NOAUTH');
      return null;
    }),
  ),
];

const FENCED: Readonly<Record<string, FencedMethod>> = {
  read: 'read',
  'a capturing read': 'read',
  write: 'write',
  'a fenced write': 'write',
  invalidate: 'invalidate',
  advance: 'advance',
  acquireLease: 'acquireLease',
  releaseLease: 'releaseLease',
};

const fenced: readonly FailureMutant[] = Object.entries(FENCED).flatMap(([name, method]): FailureMutant[] => [
  mutant(
    `${name} of IFencedStore never degrades while the server is down`,
    'degrades calls of IFencedStore',
    changed(method, swallowing),
  ),
  mutant(
    `${name} of IFencedStore ends within commandTimeout + 50 ms on a frozen server`,
    'answers too late',
    changed(method, late),
  ),
  mutant(
    `${name} of IFencedStore rejects when the server refuses it`,
    'degrades calls of IFencedStore',
    changed(method, swallowing),
  ),
]);

export const failureMutants: readonly FailureMutant[] = [
  ...answers,
  ...recovery,
  ...bounds,
  ...refusals,
  ...fenced,
];
