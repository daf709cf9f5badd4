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
} from './connection-flaws.js';

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
    'a subscription hears what is published on its channel, in order, and nothing else',
    'hears every other message',
    (connection) => {
      let count = 0;
      handled((handler) => (message) => (count++ % 2 === 0 ? handler(message) : undefined))(connection);
    },
  ),
  mutant(
    'a subscription to a pattern hears every channel that matches it',
    'takes it for a channel',
    given('subscribe', ([target, ...rest]) => {
      const { pattern, channel } = (target ?? {}) as { pattern?: string; channel?: string };
      return [pattern === undefined ? { channel } : { channel: pattern }, ...rest];
    }),
  ),
  mutant(
    'payloads are the bytes that they are, and channels are literal',
    'makes text of payloads',
    handled(
      (handler) =>
        ({ channel, payload }) =>
          handler({ channel, payload: Buffer.from(payload.toString()) }),
    ),
  ),
  mutant(
    'every handler of a channel is called, with a message of its own',
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
    'a handler that throws or rejects is logged, and others get the message all the same',
    'is silent',
    handled((handler) => async (message) => {
      try {
        await handler(message);
      } catch {}
    }),
  ),
  mutant(
    'a handler that never settles holds nothing up',
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
    'no handler is called after its subscription was ended',
    'ends nothing',
    standing(() => ({ unsubscribe: async () => undefined })),
  ),
  mutant(
    'a signal ends a subscription',
    'does not listen to it',
    opted('subscribe', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'the connection of subscriptions is there while there are any, once, and no longer',
    'keeps one',
    (connection) => {
      const { subscribe: original } = connection;
      connection.subscribe = async (target, handler, options) => {
        await original({ channel: 'tkept' }, () => undefined);
        return original(target, handler, options);
      };
    },
  ),
  mutant(
    'a channel that is left and joined again in one breath is heard',
    'goes on leaving it',
    leavingSlowly,
  ),
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
    'a subscription that lost its connection comes back, and is told that there was a gap',
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
    'subscribe refuses what is no channel, no pattern and no handler',
    'takes anything for a channel',
    given('subscribe', ([target, handler, ...rest]) => [
      target,
      typeof handler === 'function' ? handler : () => undefined,
      ...rest,
    ]),
  ),
  mutant(
    'subscribe ends within its timeout on a server that is frozen, and stands for nothing then',
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
    'scan finds every key that matches, wherever it is, and no other',
    'ends after the first page',
    answering('scan', (pages: unknown[]) => pages.slice(0, 1)),
  ),
  mutant(
    'scan answers keys as the bytes that they are',
    'makes text of them',
    answering('scan', (pages: Buffer[][]) =>
      pages.map((page) => page.map((key) => Buffer.from(key.toString()))),
    ),
  ),
  mutant(
    'an iteration over keys may be left early, and ends when its signal aborts',
    'goes on',
    opted('scan', ({ signal: _, ...options }) => options),
  ),
  mutant(
    'scan and info refuse what is no text, and harm nobody by it',
    'makes text of anything',
    given('info', ([section, ...rest]) => [section === undefined ? undefined : typeof section, ...rest]),
  ),
  mutant(
    'ping answers how long it took',
    'answers nought',
    answering('ping', () => 0),
  ),
  mutant('ping waits for every master', 'answers at once', (connection) => {
    connection.ping = async () => 1;
  }),
  mutant(
    'info answers what each master says of itself, by section and field, numbers as such',
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
  mutant('info answers the section that is asked for, and no other', 'answers all', (connection) => {
    const { info: original } = connection;
    connection.info = (_, options) => original(undefined, options);
  }),
  mutant(
    'health says that all is well',
    'has a reason all the same',
    health(() => ({ reason: 'none' })),
  ),
  mutant('health answers within 100 ms on a server that is frozen', 'waits longer', late('health')),
  mutant(
    'health never rejects, whatever became of the connection',
    'rejects',
    changed('health', (original, connection) => async (...args) => {
      if (connection.status !== 'ready') throw another();
      return original(...args);
    }),
  ),
  mutant(
    'health holds advice once the connection has stood for a moment',
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
            `${name} ends within the timeout of the call on a server that is frozen`,
            'waits longer',
            late(name),
          ),
        ]),
    mutant(
      `${name} that was aborted before it began is not sent`,
      'does not look',
      opted(name, ({ signal: _, ...options }) => options),
    ),
    mutant(`${name} that is aborted while it waits for the server ends at once`, 'waits longer', late(name)),
    mutant(
      `${name} is refused as not sent before the connection was started`,
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
    mutant(`${name} that was aborted as not sent is never executed`, 'executes it', executedAllTheSame(name)),
  ),
  mutant(
    'a command that is aborted in the queue of a server that takes nothing is not sent, and never executed',
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
    'status and circuit say how far the connection is, and listeners hear of every change',
    'is always ready',
    saying('status', () => 'ready'),
  ),
  mutant('a listener that was taken off hears nothing more', 'does not take it off', (connection) => {
    const { on: original } = connection;
    connection.on = (event, listener) => {
      original(event, listener);
      return () => undefined;
    };
  }),
  mutant(
    'a listener that throws or rejects is logged, and others hear of the change all the same',
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
    'database names where the connection leads, without credentials',
    'shows a password',
    saying('database', (_, value) => String(value()).replace('//', '//user:secret@')),
  ),
  mutant(
    'client is the client of node-redis while there is a connection, and undefined else',
    'keeps the first',
    (connection) => {
      let first: unknown;
      saying('client', (_, value) => (first ??= value()))(connection);
    },
  ),
  misled(
    'its connections bear the client name',
    'does not give it',
    ({ clientName: _, ...options }) => options,
  ),
  mutant('a connection that broke comes back by itself', 'closes', (connection) => {
    connection.on('status', (status) => {
      if (status === 'connecting' && connection.client === undefined)
        setImmediate(() => void connection.close());
    });
  }),
  mutant(
    'what failed as not sent while connections came and went was never executed, and nothing ran twice',
    'tries again',
    changed('execute', (original) => async (...args) => {
      await original(...args).catch(() => undefined);
      return original(...args);
    }),
  ),
  mutant(
    'calls are refused at once, unsent, while a server answers nothing, and pass when it answers again',
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
    'calls in flight reject with a DisposedError at close, within a second, also on a server that is frozen',
    'lets them wait',
    late('close', 1500),
  ),
  mutant(
    'start begins once, and not after close',
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
  misled('credentials are asked for at every attempt to connect', 'remembers them', remembering),
  misled(
    'credentials that were rotated are taken up, and no command runs as anybody else',
    'remembers them',
    remembering,
  ),
  mutant(
    'a provider that fails counts as refused credentials, and what it threw is shown nowhere',
    'takes it for an outage',
    saying('status', (_, value) => (value() === 'auth-failed' ? 'connecting' : value())),
  ),
  mutant(
    'a provider that gives no password counts as refused credentials',
    'takes it for an outage',
    failing('execute', another),
  ),
  misled(
    'credentials that the server refuses are a state of their own, and are tried again',
    'remembers them',
    remembering,
  ),
  mutant(
    'a provider that never answers is bounded by connectTimeout, and told when nobody waits any more',
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
