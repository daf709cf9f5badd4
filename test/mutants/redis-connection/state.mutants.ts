import type { RedisHealth, RedisInfo } from '../../../src/interfaces/redis-health.js';
import type { ISubscription, RedisMessage } from '../../../src/interfaces/redis-subscription.js';
import { entriesOf } from '../../contract/cache/calls.js';
import { type CallName, countingCalls, everyCall } from '../../contract/redis-connection/calls.js';
import type { OpenToChange } from '../../subjects/redis-connection/redis-connection.subjects.js';
import {
  another,
  answering,
  type ConnectionMutant,
  changed,
  failing,
  given,
  late,
  leavingSlowly,
  misled,
  mutant,
  opted,
  relabelled,
  saying,
} from './flaws.js';

type Handler = (message: RedisMessage) => unknown;

/** Changes the calls of handlers. */
const handled = (make: (handler: Handler) => Handler) =>
  given('subscribe', ([target, handler, ...rest]) => [
    target,
    typeof handler === 'function' ? make(handler as Handler) : handler,
    ...rest,
  ]);

/** Changes the returned subscription. */
const standing = (make: (subscription: ISubscription, connection: OpenToChange) => Partial<ISubscription>) =>
  changed('subscribe', (original, connection) => async (...args) => {
    const subscription = (await original(...args)) as ISubscription;
    const own: ISubscription = {
      get active() {
        return subscription.active;
      },
      unsubscribe: () => subscription.unsubscribe(),
      [Symbol.asyncDispose]: () => subscription.unsubscribe(),
    };
    return Object.defineProperties(own, Object.getOwnPropertyDescriptors(make(subscription, connection)));
  });

const subscribe: readonly ConnectionMutant[] = [
  mutant(
    'a subscription receives the messages of its channel, in order, and no others',
    'delivers every other message',
    (connection) => {
      let count = 0;
      handled((handler) => (message) => (count++ % 2 === 0 ? handler(message) : undefined))(connection);
    },
  ),
  mutant(
    'a pattern subscription receives the messages of every matching channel',
    'treats a pattern as a channel',
    given('subscribe', ([target, ...rest]) => {
      const { pattern, channel } = (target ?? {}) as { pattern?: string; channel?: string };
      return [pattern === undefined ? { channel } : { channel: pattern }, ...rest];
    }),
  ),
  mutant(
    'payloads are delivered as bytes, and channel names are literal',
    'delivers payloads as text',
    handled(
      (handler) =>
        ({ channel, payload }) =>
          handler({ channel, payload: Buffer.from(payload.toString()) }),
    ),
  ),
  mutant(
    'every handler of a channel is called with its own copy of the message',
    'shares one buffer between handlers',
    (connection) => {
      const shared = new Map<string, Buffer>();
      handled((handler) => ({ channel, payload }) => {
        const key = payload.toString('latin1');
        if (!shared.has(key)) shared.set(key, payload);
        return handler({ channel, payload: shared.get(key) as Buffer });
      })(connection);
    },
  ),
  mutant(
    'a handler that throws or rejects is logged, and other handlers still get the message',
    'logs no handler errors',
    handled((handler) => async (message) => {
      try {
        await handler(message);
      } catch {}
    }),
  ),
  mutant(
    'a handler that never settles delays no other message',
    'waits for each handler',
    handled((handler) => {
      let busy = false;
      return async (message) => {
        if (busy) return;
        busy = true;
        await handler(message);
        busy = false;
      };
    }),
  ),
  mutant(
    'no handler is called after its subscription has ended',
    'never ends a subscription',
    standing(() => ({ unsubscribe: async () => undefined })),
  ),
  mutant(
    'a signal ends a subscription',
    'ignores the signal of a subscription',
    opted('subscribe', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'one connection serves all subscriptions, and exists only while there are any',
    'keeps the connection of subscriptions open',
    (connection) => {
      const { subscribe: original } = connection;
      connection.subscribe = async (target, handler, options) => {
        await original({ channel: 'tkept' }, () => undefined);
        return original(target, handler, options);
      };
    },
  ),
  mutant(
    'a channel that is left and joined again at once is received',
    'never subscribes again after leaving',
    leavingSlowly,
  ),
  mutant(
    'subscriptions end when the connection is closed',
    'reports subscriptions as active after close',
    standing((subscription) => {
      let ended = false;
      return {
        get active() {
          return !ended;
        },
        unsubscribe: async () => {
          ended = true;
          await subscription.unsubscribe();
        },
      };
    }),
  ),
  mutant(
    'a subscription that lost its connection resumes, and is told of the gap',
    'reports no gap',
    opted('subscribe', (options) => ({ ...options, onGap: undefined })),
  ),
  mutant(
    'a subscription that the server refuses rejects, and leaves nothing behind',
    'answers a dead subscription instead of rejecting',
    changed(
      'subscribe',
      (original) =>
        (...args) =>
          original(...args).catch(() => ({ active: false, unsubscribe: async () => undefined })),
    ),
  ),
  mutant(
    'subscribe refuses an invalid channel, pattern or handler',
    'accepts anything as a channel',
    given('subscribe', ([target, handler, ...rest]) => [
      target,
      typeof handler === 'function' ? handler : () => undefined,
      ...rest,
    ]),
  ),
  mutant(
    'subscribe rejects within its timeout on a frozen server, and leaves no subscription behind',
    'exceeds the timeout of subscribe',
    late('subscribe'),
  ),
];

const health = (make: (found: RedisHealth) => Partial<RedisHealth>) =>
  answering('health', (found: RedisHealth) => ({ ...found, ...make(found) }));
const infos = (make: (info: RedisInfo) => Partial<RedisInfo>) =>
  answering('info', (found: RedisInfo[]) => found.map((info) => ({ ...info, ...make(info) })));

const asking: readonly ConnectionMutant[] = [
  mutant(
    'scan finds every key that matches, on every node, and no other',
    'ends scan after the first page',
    answering('scan', (pages: unknown[]) => pages.slice(0, 1)),
  ),
  mutant(
    'scan returns keys as bytes',
    'answers keys as text',
    answering('scan', (pages: Buffer[][]) =>
      pages.map((page) => page.map((key) => Buffer.from(key.toString()))),
    ),
  ),
  mutant(
    'an iteration of scan may be stopped early, and ends when its signal aborts',
    'continues a scan after the abort',
    opted('scan', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'scan and info refuse an argument that is not text, without effect on other calls',
    'converts arguments to text',
    given('info', ([section, ...rest]) => [section === undefined ? undefined : typeof section, ...rest]),
  ),
  mutant(
    'ping returns its duration',
    'answers 0',
    answering('ping', () => 0),
  ),
  mutant('ping waits for every master', 'answers ping before every master has', (connection) => {
    connection.ping = async () => 1;
  }),
  mutant(
    'info returns the statistics of each master, by section and field, with numbers as numbers',
    'answers numbers as text',
    infos(({ sections }) => ({
      sections: Object.fromEntries(
        Object.entries(sections).map(([name, fields]) => [
          name,
          Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, String(value)])),
        ]),
      ),
    })),
  ),
  mutant('info returns only the section that is asked for', 'answers all sections', (connection) => {
    const { info: original } = connection;
    connection.info = (_, options) => original(undefined, options);
  }),
  mutant(
    'health reports a connection that works as healthy',
    'reports a reason for a healthy connection',
    health(() => ({ reason: 'none' })),
  ),
  mutant('health returns within 100 ms on a frozen server', 'answers health too late', late('health')),
  mutant(
    'health never rejects, in any state of the connection',
    'rejects health',
    changed('health', (original, connection) => async (...args) => {
      if (connection.status !== 'ready') throw another();
      return original(...args);
    }),
  ),
  mutant(
    'health holds advice shortly after the connection is established',
    'never updates the advice',
    health(() => ({ advice: [] })),
  ),
  mutant(
    'health and info name the same masters',
    'names one master only',
    health(({ nodes }) => ({ nodes: nodes.slice(0, 1) })),
  ),
];

const bounds: readonly ConnectionMutant[] = [
  ...entriesOf(everyCall).flatMap(([name]): ConnectionMutant[] => [
    ...(name === 'blocking'
      ? []
      : [
          mutant(
            `${name} ends within the timeout of the call on a frozen server`,
            'exceeds the timeout of the call',
            late(name),
          ),
        ]),
    mutant(
      `${name} with a signal that has already aborted is not sent`,
      'ignores a signal that has already aborted',
      opted(name, ({ signal: _, ...options }) => options),
    ),
    mutant(
      `${name} ends at once when it is aborted while it waits for the server`,
      'ends long after the abort',
      late(name),
    ),
    mutant(
      `${name} is refused as not sent before the connection is started`,
      'reports the call as possibly executed',
      failing(name, (error) => relabelled(error, 'unknown')),
    ),
    mutant(
      `${name} rejects with a DisposedError after close`,
      'rejects with another error',
      failing(name, another),
    ),
  ]),
  ...countingCalls.map((name) =>
    mutant(
      `${name} is never executed when its abort reports it as not sent`,
      'executes a call that it reports as not sent',
      executedAllTheSame(name),
    ),
  ),
  mutant(
    'a command that is aborted while queued for a server that reads nothing is not sent, and never executed',
    'reports the call as possibly executed',
    failing('execute', (error) => relabelled(error, 'unknown')),
  ),
];

/** Refuses what does not fit in flight. */
const without = ({ ...options }) => ({ ...options, maxWaitingBytes: 1 });

const room: readonly ConnectionMutant[] = [
  misled('calls beyond maxInFlight wait for room, and are sent in their order', 'lets none wait', without),
  misled(
    'a pipeline and scripts beyond maxInFlight wait for room, and are sent in their order',
    'lets none wait',
    without,
  ),
  misled('thirty thousand calls at once are all answered', 'lets none wait', without),
  mutant(
    'a transaction of more commands than maxInFlight is executed',
    'refuses a long transaction',
    changed('transaction', (original) => (...args) => {
      const [commands] = args as [unknown[]];
      return commands.length > 100 ? Promise.reject(another()) : original(...args);
    }),
  ),
  mutant(
    'a call that finds no room within its timeout is not sent, and ends in time',
    'ends long after the timeout',
    late('execute'),
  ),
  mutant(
    'a call that is aborted while it waits for room ends at once, and is not sent',
    'ignores the signal',
    opted('script', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'calls that wait for room when the connection is closed are not sent',
    'reports the call as possibly executed',
    failing('execute', (error) => relabelled(error, 'unknown')),
  ),
  mutant(
    'calls that wait for room when the connection breaks are answered, or never executed',
    'reports calls that were executed as not sent',
    changed('execute', (original) => async (...args) => {
      await original(...args);
      throw relabelled(another(), 'not-sent');
    }),
  ),
  misled(
    'calls beyond maxWaitingBytes are refused at once, and not sent',
    'lets any number wait',
    ({ maxWaitingBytes: _, ...options }) => options,
  ),
];

/** A call that was taken back is made behind its back. */
function executedAllTheSame(name: CallName) {
  return changed(name, (original) => async (...args) => {
    const bare = args.map((arg) =>
      typeof arg === 'object' && arg !== null && 'signal' in arg ? { ...arg, signal: undefined } : arg,
    );
    try {
      const results = await original(...args);
      if (name === 'pipeline')
        for (const result of results as unknown[]) if (result instanceof Error) throw result;
      return results;
    } catch (error) {
      for (let times = 0; times < 2; times += 1) await original(...bare);
      throw error;
    }
  });
}

const lifecycle: readonly ConnectionMutant[] = [
  mutant(
    'status and circuit show the state of the connection, and listeners hear of every change',
    'is always ready',
    saying('status', () => 'ready'),
  ),
  mutant('a removed listener hears nothing more', 'keeps a removed listener', (connection) => {
    const { on: original } = connection;
    connection.on = (event, listener) => {
      original(event, listener);
      return () => undefined;
    };
  }),
  mutant(
    'a listener that throws or rejects is logged, and other listeners still hear of the change',
    'logs no listener errors',
    (connection) => {
      const { on: original } = connection;
      connection.on = (event, listener) =>
        original(event, async (state) => {
          try {
            await listener(state);
          } catch {}
        });
    },
  ),
  mutant(
    'database names the target of the connection, without credentials',
    'shows a password in the database name',
    saying('database', (_, value) => String(value()).replace('//', '//user:secret@')),
  ),
  mutant(
    'client is the client of node-redis while connected, and undefined otherwise',
    'keeps the first client',
    (connection) => {
      let first: unknown;
      saying('client', (_, value) => (first ??= value()))(connection);
    },
  ),
  misled(
    'every connection to the server carries the client name',
    'does not give it',
    ({ clientName: _, ...options }) => options,
  ),
  mutant('a broken connection comes back by itself', 'closes when its connection breaks', (connection) => {
    connection.on('status', (status) => {
      if (status === 'connecting' && connection.client === undefined)
        setImmediate(() => void connection.close());
    });
  }),
  mutant(
    'no command that failed as not sent was executed, and none ran twice, while connections broke and returned',
    'retries calls by itself',
    changed('execute', (original) => async (...args) => {
      await original(...args).catch(() => undefined);
      return original(...args);
    }),
  ),
  mutant(
    'calls are refused at once, unsent, while a server does not answer, and succeed when it answers again',
    'waits for a server that does not answer',
    late('execute'),
  ),
  mutant('close ends every connection, and may be called again', 'fails at a second close', (connection) => {
    const { close: original } = connection;
    let closed = false;
    connection.close = async () => {
      if (closed) throw another();
      closed = true;
      await original();
    };
  }),
  mutant(
    'calls in flight reject with a DisposedError within a second of close, even on a frozen server',
    'leaves calls in flight unsettled',
    late('close', 1500),
  ),
  mutant(
    'start connects once, and never after close',
    'connects again at a second start',
    changed(
      'start',
      (original) =>
        (...args) =>
          original(...args).catch(() => undefined),
    ),
  ),
];

const credentials: readonly ConnectionMutant[] = [
  misled('the credentials provider is asked at every connection attempt', 'remembers them', remembering),
  misled(
    'rotated credentials are adopted, and no command runs as another user',
    'remembers them',
    remembering,
  ),
  mutant(
    'a credentials provider that fails counts as refused credentials, and its error is shown nowhere',
    'treats refused credentials as an outage',
    saying('status', (_, value) => (value() === 'auth-failed' ? 'connecting' : value())),
  ),
  mutant(
    'a credentials provider that gives no password counts as refused credentials',
    'treats a missing password as an outage',
    failing('execute', another),
  ),
  misled('refused credentials have their own status, and are tried again', 'remembers them', remembering),
  mutant(
    'a credentials provider that never answers is bounded by connectTimeout, and its signal aborts then',
    'waits longer than connectTimeout for credentials',
    late('start', 600),
  ),
  mutant('a password is shown nowhere', 'shows the password', (connection) => {
    Object.assign(connection, { options: { password: 'canary-7b1f' } });
  }),
];

function remembering(options: Parameters<NonNullable<ConnectionMutant['options']>>[0]) {
  const { credentials: provider } = options;
  if (provider === undefined) return options;
  let first: ReturnType<typeof provider.getCredentials> | undefined;
  return {
    ...options,
    credentials: {
      getCredentials: (asked: { signal: AbortSignal }) => (first ??= provider.getCredentials(asked)),
    },
  };
}

export const connectionStateMutants: readonly ConnectionMutant[] = [
  ...subscribe,
  ...asking,
  ...bounds,
  ...room,
  ...lifecycle,
  ...credentials,
];
