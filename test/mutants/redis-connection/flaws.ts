import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import type { CallOptions } from '../../../src/interfaces/redis-command.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { CallName } from '../../contract/redis-connection/calls.js';
import type {
  ConnectionFlaw,
  OpenToChange,
} from '../../subjects/redis-connection/redis-connection.subjects.js';

/** A connection that is wrong in one way. */
export interface ConnectionMutant extends ConnectionFlaw {
  readonly breaks: string;
  readonly flaw: string;
}

export type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;
type Method = Exclude<
  keyof IRedisConnection,
  'status' | 'circuit' | 'database' | 'sharded' | 'client' | 'on'
>;

/** A mutant with a different behaviour. */
export function mutant(
  breaks: string,
  flaw: string,
  change: NonNullable<ConnectionFlaw['change']>,
): ConnectionMutant {
  return { breaks, flaw, change };
}

/** A mutant that is made with other options. */
export function misled(
  breaks: string,
  flaw: string,
  options: NonNullable<ConnectionFlaw['options']>,
): ConnectionMutant {
  return { breaks, flaw, options };
}

/** Replaces a method. A scan collects all pages before it yields the first one. */
export function changed(method: Method, make: (original: AnyCall, connection: OpenToChange) => AnyCall) {
  return (connection: OpenToChange): void => {
    const calls = connection as unknown as Record<string, AnyCall>;
    const original = calls[method] as AnyCall;
    if (method !== 'scan') {
      calls[method] = make(original, connection);
      return;
    }
    const list = make(async (...args) => {
      const pages: unknown[] = [];
      for await (const page of original(...args) as unknown as AsyncIterable<unknown>) pages.push(page);
      return pages;
    }, connection);
    connection.scan = async function* (...args) {
      yield* (await list(...args)) as Buffer[][];
    };
  };
}

/** Changes the answer of a method. */
export const answering = (method: Method, make: (answer: never) => unknown) =>
  changed(
    method,
    (original) =>
      async (...args) =>
        make((await original(...args)) as never),
  );

/** Changes the rejection of a method. */
export const failing = (method: Method, make: (error: Error) => unknown) =>
  changed(
    method,
    (original) =>
      (...args) =>
        original(...args).catch((error: Error) => {
          throw make(error);
        }),
  );

/** A property says another thing. */
export const saying =
  (
    property: 'status' | 'circuit' | 'database' | 'sharded' | 'client',
    make: (connection: OpenToChange, value: () => unknown) => unknown,
  ) =>
  (connection: OpenToChange): void => {
    const { get = () => undefined } = Object.getOwnPropertyDescriptor(connection, property) ?? {};
    Object.defineProperty(connection, property, { get: () => make(connection, get), configurable: true });
  };

/** Whatever is called, with other arguments. */
export const given = (method: Method, make: (args: unknown[]) => unknown[]) =>
  changed(
    method,
    (original) =>
      (...args) =>
        original(...make([...args])),
  );

const OPTIONS_AT: Readonly<Record<CallName, number>> = {
  execute: 1,
  pipeline: 1,
  transaction: 1,
  script: 3,
  blocking: 1,
  subscribe: 2,
  scan: 1,
  ping: 0,
  info: 1,
};

/** The options of a call are others. */
export const opted = (method: CallName, make: (options: CallOptions) => object | undefined) =>
  given(method, (args) => {
    const at = OPTIONS_AT[method];
    while (args.length <= at) args.push(undefined);
    args[at] = make((args[at] ?? {}) as CallOptions);
    return args;
  });

/** A call that ends too late. */
export const late = (method: Method, ms = 1500) =>
  changed(method, (original) => async (...args) => {
    try {
      return await original(...args);
    } finally {
      await sleep(ms);
    }
  });

/** The same error with another outcome. */
export function relabelled(error: Error, outcome: 'not-sent' | 'unknown' | 'refused'): Error {
  const { code, reason } = error as OperationError;
  if (OperationError.is(error)) {
    return new OperationError(error.code, error.message, outcome, reason === undefined ? {} : { reason });
  }
  return ConnectionError.is(error)
    ? new ConnectionError(error.code, error.message, outcome)
    : Object.assign(error, { code, outcome });
}

export const another = (): Error => new ConnectionError('E_CONNECTION_LOST', 'another', 'refused');

/** Drops a handler that joins a channel that another one has just left. */
export function leavingSlowly(connection: OpenToChange): void {
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
