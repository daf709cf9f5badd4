import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '../../../src/interfaces/errors.js';
import { entriesOf, everyCall } from '../../contract/cache/calls.js';
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
} from './failure-flaws.js';

const answers: readonly FailureMutant[] = [
  ...entriesOf(everyCall).flatMap(([method]): FailureMutant[] => [
    mutant(
      `${method} answers as for an absent entry while the server is gone`,
      'answers another thing',
      changed(method, quietly(WRONG[method])),
    ),
    mutant(
      `${method} rejects with a ConnectionError while the server is gone, with failureMode throw`,
      'answers',
      changed(
        method,
        (original) =>
          (...args) =>
            original(...args).catch(() => (method === 'keys' ? [] : null)),
      ),
    ),
    mutant(
      `${method} tells the diagnostics channel that it degraded, without key and value`,
      'tells the key',
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
      `${method} ends within commandTimeout + 50 ms on a server that is frozen`,
      'is late',
      changed(method, late),
    ),
  ]),
  mutant(
    'what is answered from the store is not told to the diagnostics channel',
    'tells of misses',
    changed('getValue', (original) => async (...args) => {
      degraded.publish({ component: 'RedisCache', operation: 'getValue', code: 'E_MISS' });
      return original(...args);
    }),
  ),
  mutant(
    'with failureMode throw nothing is told to the diagnostics channel',
    'tells all the same',
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
    'many failures are one line in the log, without keys and values',
    'is a line a failure',
    changed('setValue', (original, { loggerSite }) => async (...args) => {
      const stored = await original(...args);
      if (stored === false) loggerSite.getLogger('inversify-cache.redis-cache').warning('not stored');
      return stored;
    }),
  ),
  mutant('many failures are one line in the log, without keys and values', 'shows the key', (redis) => {
    const { records } = redis.loggerSite;
    const push = records.push.bind(records);
    records.push = (record) => push({ ...record, message: `${record.message} at secret-of-the-key` });
  }),
  mutant('a second outage is a line of its own', 'says it once', ({ loggerSite }) => {
    const { records } = loggerSite;
    const push = records.push.bind(records);
    records.push = (record) =>
      records.some(({ topic }) => topic === record.topic) ? records.length : push(record);
  }),
  mutant(
    'a wrong argument is an ArgumentError also while the server is gone',
    'answers first',
    changed(
      'hasValue',
      (original, { cache }) =>
        async (...args) =>
          cache.connected && original(...args),
    ),
  ),
];

const recovery: readonly FailureMutant[] = [
  mutant('connected is what it is now: gone, and there again', 'says what it was', ({ cache }) => {
    Object.defineProperty(cache, 'connected', { value: true });
  }),
  mutant(
    'a cache heals by itself when its server comes back',
    'stays degraded',
    changed('setValue', sticky(false)),
  ),
  mutant(
    'what was refused while the server was gone is never done later',
    'tries again',
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
    'a cache starts degraded where its server is gone, and heals by itself',
    'fails until it is connected',
    changed(
      'getValue',
      (original, { cache }) =>
        (...args) =>
          cache.connected ? original(...args) : Promise.reject(new Error('not connected')),
    ),
  ),
  mutant(
    'a cache heals by itself after a server that was frozen',
    'stays degraded',
    changed('getValue', sticky(null)),
  ),
  mutant(
    'an iteration over keys ends when the server is lost on the way',
    'rejects',
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
    'an iteration over keys rejects when the server is lost on the way, with failureMode throw',
    'ends',
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

const bounds: readonly FailureMutant[] = [
  mutant(
    'commandTimeout is 1 s by default',
    'is half of it',
    changed(
      'getValue',
      (original) =>
        (...args) =>
          Promise.race([original(...args), sleep(500, null)]),
    ),
  ),
  mutant(
    'a call that was sent and not answered is an OperationError of unknown outcome, with failureMode throw',
    'thinks that it was never sent',
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
    'many calls at once on a server that is frozen all end in time',
    'lets them wait for each other',
    changed('getValue', (original) => {
      let last: Promise<unknown> = Promise.resolve();
      return (...args) => {
        last = last.then(() => sleep(20)).then(() => original(...args));
        return last;
      };
    }),
  ),
  mutant(
    'call after call on a server that is frozen ends in time',
    'waits longer each time',
    changed('getValue', (original) => {
      let round = 0;
      return async (...args) => {
        await sleep(100 * round++);
        return original(...args);
      };
    }),
  ),
  mutant(
    'a reply that waits is read first when the application kept the event loop busy',
    'goes by a plain timer',
    changed(
      'getValue',
      (original, { commandTimeoutMs }) =>
        (...args) =>
          Promise.race([original(...args), sleep(commandTimeoutMs, null)]),
    ),
  ),
  ...['on a server that is frozen, and so do the calls under way', 'while the server is gone'].map((when) =>
    mutant(`close ends within a second ${when}`, 'waits for the server', ({ cache }) => {
      const close = cache.close.bind(cache);
      cache.close = async () => {
        await sleep(1500);
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
      `${reason} of the server degrades`,
      'takes it for an answer',
      changed(method, quietly(WRONG[method])),
    ),
    mutant(
      `${reason} of the server leaves the cache connected`,
      'takes it for a loss',
      changed(method, (original, { cache }) => async (...args) => {
        const answer = await original(...args);
        Object.defineProperty(cache, 'connected', { value: false });
        return answer;
      }),
    ),
    mutant(
      `${reason} of the server is an OperationError that names it, with failureMode throw`,
      'does not name it',
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
    'a refusal is over when the server no longer refuses',
    'stays degraded',
    changed('setValue', sticky(false)),
  ),
  mutant(
    'a server that was a replica for a while is written to again',
    'stays degraded',
    changed('setValue', sticky(false)),
  ),
  mutant(
    'BUSY of the server degrades',
    'takes it for an answer',
    changed('getValue', quietly(WRONG.getValue)),
  ),
  mutant('setValues is true only if all were stored', 'says yes', changed('setValues', quietly(true))),
  ...(['clear', 'deleteValues'] as const).map((method) =>
    mutant(
      `${method} that is interrupted answers how many it has removed so far`,
      'counts what it meant to remove',
      changed(method, quietly(3001)),
    ),
  ),
  mutant(
    'credentials that are refused later degrade',
    'rejects',
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
    `IFencedStore: ${name} never degrades while the server is gone`,
    'degrades',
    changed(method, swallowing),
  ),
  mutant(
    `IFencedStore: ${name} ends within commandTimeout + 50 ms on a server that is frozen`,
    'is late',
    changed(method, late),
  ),
  mutant(`IFencedStore: ${name} rejects when the server says no`, 'degrades', changed(method, swallowing)),
]);

export const failureMutants: readonly FailureMutant[] = [
  ...answers,
  ...recovery,
  ...bounds,
  ...refusals,
  ...fenced,
];
