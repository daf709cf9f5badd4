import type {
  ISubscription,
  RedisHealth,
  RedisInfo,
  RedisMessage,
} from '../../../src/interfaces/redis-connection.js';
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
  misled,
  mutant,
  opted,
  relabelled,
  saying,
} from './flaws.js';

type Handler = (message: RedisMessage) => unknown;

/** What handlers are called with, or how, is another thing. */
const handled = (make: (handler: Handler) => Handler) =>
  given('subscribe', ([target, handler, ...rest]) => [
    target,
    typeof handler === 'function' ? make(handler as Handler) : handler,
    ...rest,
  ]);

/** What is given out as a subscription is another thing. */
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
    'hears every other message',
    (connection) => {
      let count = 0;
      handled((handler) => (message) => (count++ % 2 === 0 ? handler(message) : undefined))(connection);
    },
  ),
  mutant(
    'a pattern subscription receives the messages of every matching channel',
    'takes it for a channel',
    given('subscribe', ([target, ...rest]) => {
      const { pattern, channel } = (target ?? {}) as { pattern?: string; channel?: string };
      return [pattern === undefined ? { channel } : { channel: pattern }, ...rest];
    }),
  ),
  mutant(
    'payloads are delivered as bytes, and channel names are literal',
    'makes text of payloads',
    handled(
      (handler) =>
        ({ channel, payload }) =>
          handler({ channel, payload: Buffer.from(payload.toString()) }),
    ),
  ),
  mutant(
    'every handler of a channel is called with its own copy of the message',
    'shares one buffer',
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
    'is silent',
    handled((handler) => async (message) => {
      try {
        await handler(message);
      } catch {}
    }),
  ),
  mutant(
    'a handler that never settles delays no other message',
    'waits for it',
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
    'ends nothing',
    standing(() => ({ unsubscribe: async () => undefined })),
  ),
  mutant(
    'a signal ends a subscription',
    'does not listen to it',
    opted('subscribe', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'one connection serves all subscriptions, and exists only while there are any',
    'keeps one',
    (connection) => {
      const { subscribe: original } = connection;
      connection.subscribe = async (target, handler, options) => {
        await original({ channel: 'tkept' }, () => undefined);
        return original(target, handler, options);
      };
    },
  ),
  mutant('a channel that is left and joined again at once is received', 'goes on leaving it', leavingSlowly),
  mutant(
    'subscriptions end when the connection is closed',
    'say that they stand',
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
    'tells nobody',
    opted('subscribe', (options) => ({ ...options, onGap: undefined })),
  ),
  mutant(
    'a subscription that the server refuses rejects, and leaves nothing behind',
    'answers one that hears nothing',
    changed(
      'subscribe',
      (original) =>
        (...args) =>
          original(...args).catch(() => ({ active: false, unsubscribe: async () => undefined })),
    ),
  ),
  mutant(
    'subscribe refuses an invalid channel, pattern or handler',
    'takes anything for a channel',
    given('subscribe', ([target, handler, ...rest]) => [
      target,
      typeof handler === 'function' ? handler : () => undefined,
      ...rest,
    ]),
  ),
  mutant(
    'subscribe rejects within its timeout on a frozen server, and leaves no subscription behind',
    'waits longer',
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
    'ends after the first page',
    answering('scan', (pages: unknown[]) => pages.slice(0, 1)),
  ),
  mutant(
    'scan answers keys as bytes',
    'makes text of them',
    answering('scan', (pages: Buffer[][]) =>
      pages.map((page) => page.map((key) => Buffer.from(key.toString()))),
    ),
  ),
  mutant(
    'an iteration of scan may be stopped early, and ends when its signal aborts',
    'goes on',
    opted('scan', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'scan and info refuse an argument that is not text, without effect on other calls',
    'makes text of anything',
    given('info', ([section, ...rest]) => [section === undefined ? undefined : typeof section, ...rest]),
  ),
  mutant(
    'ping answers its duration',
    'answers nought',
    answering('ping', () => 0),
  ),
  mutant('ping waits for every master', 'answers at once', (connection) => {
    connection.ping = async () => 1;
  }),
  mutant(
    'info answers the statistics of each master, by section and field, with numbers as numbers',
    'leaves numbers text',
    infos(({ sections }) => ({
      sections: Object.fromEntries(
        Object.entries(sections).map(([name, fields]) => [
          name,
          Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, String(value)])),
        ]),
      ),
    })),
  ),
  mutant('info answers only the section that is asked for', 'answers all', (connection) => {
    const { info: original } = connection;
    connection.info = (_, options) => original(undefined, options);
  }),
  mutant(
    'health reports a connection that works as healthy',
    'has a reason all the same',
    health(() => ({ reason: 'none' })),
  ),
  mutant('health answers within 100 ms on a frozen server', 'waits longer', late('health')),
  mutant(
    'health never rejects, in any state of the connection',
    'rejects',
    changed('health', (original, connection) => async (...args) => {
      if (connection.status !== 'ready') throw another();
      return original(...args);
    }),
  ),
  mutant(
    'health holds advice shortly after the connection is established',
    'keeps it',
    health(() => ({ advice: [] })),
  ),
  mutant(
    'health and info name the same masters',
    'names one',
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
            'waits longer',
            late(name),
          ),
        ]),
    mutant(
      `${name} with a signal that has already aborted is not sent`,
      'does not look',
      opted(name, ({ signal: _, ...options }) => options),
    ),
    mutant(
      `${name} ends at once when it is aborted while it waits for the server`,
      'waits longer',
      late(name),
    ),
    mutant(
      `${name} is refused as not sent before the connection is started`,
      'says that it may have run',
      failing(name, (error) => relabelled(error, 'unknown')),
    ),
    mutant(
      `${name} rejects with a DisposedError after close`,
      'rejects with something else',
      failing(name, another),
    ),
  ]),
  ...countingCalls.map((name) =>
    mutant(
      `${name} is never executed when its abort reports it as not sent`,
      'executes it',
      executedAllTheSame(name),
    ),
  ),
  mutant(
    'a command that is aborted while queued for a server that reads nothing is not sent, and never executed',
    'says that it may have run',
    failing('execute', (error) => relabelled(error, 'unknown')),
  ),
];

/** Who joins a channel that somebody has left just now is dropped with him. */
function leavingSlowly(connection: OpenToChange): void {
  const { subscribe: original } = connection;
  const leaving = new Set<string>();
  connection.subscribe = async (target, handler, options) => {
    const name = JSON.stringify(target);
    const subscription = await original(target, leaving.has(name) ? () => undefined : handler, options);
    return {
      get active() {
        return subscription.active;
      },
      unsubscribe: () => {
        leaving.add(name);
        setImmediate(() => leaving.delete(name));
        return subscription.unsubscribe();
      },
      [Symbol.asyncDispose]: () => subscription.unsubscribe(),
    };
  };
}

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
  mutant('a removed listener hears nothing more', 'does not take it off', (connection) => {
    const { on: original } = connection;
    connection.on = (event, listener) => {
      original(event, listener);
      return () => undefined;
    };
  }),
  mutant(
    'a listener that throws or rejects is logged, and other listeners still hear of the change',
    'is silent',
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
    'shows a password',
    saying('database', (_, value) => String(value()).replace('//', '//user:secret@')),
  ),
  mutant(
    'client is the client of node-redis while connected, and undefined otherwise',
    'keeps the first',
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
  mutant('a broken connection comes back by itself', 'closes', (connection) => {
    connection.on('status', (status) => {
      if (status === 'connecting' && connection.client === undefined)
        setImmediate(() => void connection.close());
    });
  }),
  mutant(
    'no command that failed as not sent was executed, and none ran twice, while connections broke and returned',
    'tries again',
    changed('execute', (original) => async (...args) => {
      await original(...args).catch(() => undefined);
      return original(...args);
    }),
  ),
  mutant(
    'calls are refused at once, unsent, while a server does not answer, and succeed when it answers again',
    'waits',
    late('execute'),
  ),
  mutant('close ends every connection, and may be called again', 'fails the second time', (connection) => {
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
    'lets them wait',
    late('close', 1500),
  ),
  mutant(
    'start connects once, and never after close',
    'begins again',
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
    'takes it for an outage',
    saying('status', (_, value) => (value() === 'auth-failed' ? 'connecting' : value())),
  ),
  mutant(
    'a credentials provider that gives no password counts as refused credentials',
    'takes it for an outage',
    failing('execute', another),
  ),
  misled('refused credentials have their own status, and are tried again', 'remembers them', remembering),
  mutant(
    'a credentials provider that never answers is bounded by connectTimeout, and its signal aborts then',
    'waits longer',
    late('start', 600),
  ),
  mutant('a password is shown nowhere', 'shows it', (connection) => {
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
  ...lifecycle,
  ...credentials,
];
