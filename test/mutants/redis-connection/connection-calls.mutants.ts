import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '../../../src/interfaces/errors.js';
import type { RedisReply } from '../../../src/interfaces/redis-connection.js';
import {
  type AnyCall,
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

const textOf = (reply: unknown): unknown =>
  Buffer.isBuffer(reply) ? reply.toString() : Array.isArray(reply) ? reply.map(textOf) : reply;

/** Runs what the original refuses, on the client behind it, or leaves it without an answer. */
const lenient =
  (original: AnyCall): AnyCall =>
  (...args) =>
    original(...args).catch((error: { code?: string }) => {
      if (error.code === 'E_ARGUMENT') return null;
      throw error;
    });

const execute: readonly ConnectionMutant[] = [
  mutant(
    'execute answers binary strings as the bytes that they are',
    'makes text of them',
    answering('execute', textOf),
  ),
  mutant(
    'execute answers text where text is asked for',
    'answers bytes',
    opted('execute', ({ reply: _, ...options }) => options),
  ),
  mutant(
    'execute answers numbers, lists and absence as such',
    'makes text of all',
    answering('execute', (reply: RedisReply) => (typeof reply === 'number' ? String(reply) : reply)),
  ),
  mutant(
    'execute answers a map as a list of field, value, field, value',
    'makes an object of it',
    (connection) => {
      const { execute: original } = connection;
      connection.execute = async (command, options) => {
        const reply = await original(command, options);
        return command[0] === 'HGETALL' ? (Object.fromEntries([reply as [string, string]]) as never) : reply;
      };
    },
  ),
  mutant(
    'words are literal, whatever they hold',
    'trims them',
    given('execute', ([command, ...rest]) => [
      Array.isArray(command)
        ? command.map((word) => (typeof word === 'string' ? word.trim() : word))
        : command,
      ...rest,
    ]),
  ),
  mutant('calls at once get each its own answer', 'mixes up two of them', (connection) => {
    const { execute: original } = connection;
    let before: RedisReply = null;
    connection.execute = async (command, options) => {
      const reply = await original(command, options);
      const last = before;
      before = reply;
      return command[0] === 'GET' ? last : reply;
    };
  }),
  misled(
    'calls beyond maxInFlight are refused, unsent',
    'lets more through',
    ({ maxInFlight: _, ...options }) => options,
  ),
  mutant(
    'execute refuses what is no command, and harms nobody by it',
    'answers null',
    changed('execute', lenient),
  ),
  mutant(
    'execute refuses what would change the connection for everybody',
    'answers OK',
    changed('execute', (original) => (...args) => {
      const [command] = args as [string[]];
      return String(command[0]).toUpperCase() === 'SELECT' ? Promise.resolve('OK') : original(...args);
    }),
  ),
  mutant(
    'execute refuses what would keep the connection busy until something happens',
    'waits',
    changed('execute', (original, connection) => (...args) => {
      const [command] = args as [string[]];
      return command[0] === 'BLMPOP' ? connection.blocking(command, { block: 100 }) : original(...args);
    }),
  ),
  mutant(
    'a refusal of the server names its reason, and no argument',
    'repeats the command',
    changed(
      'execute',
      (original) =>
        (...args) =>
          original(...args).catch((error: Error) => {
            error.message += String(args[0]);
            error.stack += String(args[0]);
            throw error;
          }),
    ),
  ),
  mutant(
    'keys of several slots are refused by every call that names keys, before anything is sent',
    'sends them',
    opted('execute', (options) => ({ ...options, keys: [] })),
  ),
  mutant(
    'a command goes to the node of its keys, whichever that is',
    'says that there are no slots',
    saying('sharded', () => false),
  ),
  mutant(
    'without slots, keys are not looked at',
    'says that there are slots',
    saying('sharded', () => true),
  ),
];

const pipeline: readonly ConnectionMutant[] = [
  mutant(
    'pipeline answers one result a command, in their order',
    'turns them round',
    answering('pipeline', (results: unknown[]) => [...results].reverse()),
  ),
  mutant(
    'pipeline answers bytes, or text where text is asked for',
    'makes text of all',
    answering('pipeline', textOf),
  ),
  mutant(
    'a command of a pipeline that fails is an error in its place, and the others are done',
    'rejects',
    answering('pipeline', (results: unknown[]) => {
      for (const result of results) if (result instanceof Error) throw result;
      return results;
    }),
  ),
  mutant('pipeline does nothing when one of its commands is none', 'does the others', (connection) => {
    const { pipeline: original } = connection;
    connection.pipeline = async (commands, options) => {
      if (Array.isArray(commands)) await original(commands.slice(0, 1), options);
      return original(commands, options);
    };
  }),
  mutant(
    'a pipeline goes out in one go: two at once do not take turns',
    'waits for each answer',
    (connection) => {
      const { pipeline: original } = connection;
      connection.pipeline = async (commands, options) => {
        const results = [];
        for (const command of commands) results.push(...(await original([command], options)));
        return results;
      };
    },
  ),
  mutant(
    'a pipeline that is aborted has an error in the place of each command',
    'rejects',
    answering('pipeline', ([first]: unknown[]) => {
      throw first;
    }),
  ),
  mutant(
    'a pipeline may name keys of every node, and answers in its own order',
    'sorts the answers',
    answering('pipeline', (results: unknown[]) => [...results].sort()),
  ),
];

const transaction: readonly ConnectionMutant[] = [
  mutant(
    'transaction answers one result a command, in their order',
    'forgets one',
    answering('transaction', (results: unknown[] | null) => results?.slice(1) ?? null),
  ),
  mutant(
    'transaction answers binary strings as the bytes that they are',
    'makes text of them',
    answering('transaction', textOf),
  ),
  mutant(
    'a command of a transaction that fails is an error in its place, and the others are done',
    'rejects',
    answering('transaction', (results: unknown[]) => {
      for (const result of results) if (result instanceof Error) throw result;
      return results;
    }),
  ),
  mutant(
    'nothing of a transaction is done when one of its commands is none for the server',
    'does them one by one',
    (connection) => {
      connection.transaction = async (commands, options) =>
        Promise.all(
          (commands as string[][]).map((command) => connection.execute(command, { keys: options?.keys })),
        );
    },
  ),
  mutant(
    'transaction refuses what is no command, what is of the session, and what waits',
    'answers null',
    changed('transaction', lenient),
  ),
  mutant('a transaction is one step: nothing comes in between', 'is a pipeline', (connection) => {
    connection.transaction = async (commands, options) => {
      const results = [];
      for (const command of commands as string[][])
        results.push(await connection.execute(command, { keys: options?.keys }));
      return results;
    };
  }),
  mutant(
    'null is answered, and nothing is done, when a watched key was changed meanwhile',
    'watches nothing',
    opted('transaction', (options) => ({ ...options, watch: [] })),
  ),
  mutant(
    'a function reads first, on the same connection, and decides what is done',
    'always reads text',
    (connection) => {
      const { transaction: original } = connection;
      connection.transaction = (commands, options) =>
        original(
          typeof commands === 'function' ? (read) => commands((command) => read(command)) : commands,
          options,
        );
    },
  ),
  mutant(
    'many who double a number at once lose none of it when they try again',
    'watches nothing',
    (connection) => {
      const { transaction: original } = connection;
      connection.transaction = (commands, { watch: _, ...options } = {}) =>
        original(
          typeof commands === 'function'
            ? async (read) => {
                const decided = await commands(read);
                await sleep(20);
                return decided;
              }
            : commands,
          options,
        );
    },
  ),
  misled(
    'a transaction has a connection of its own, and others are answered while it is being decided',
    'has one for all',
    (options) => ({ ...options, maxConnections: 1, commandTimeout: 300 }),
  ),
  mutant(
    'what the function throws is what the transaction rejects with, and nothing is done',
    'wraps it',
    failing('transaction', another),
  ),
  mutant(
    'a function that never settles ends with the timeout, and nothing is done',
    'waits longer',
    late('transaction'),
  ),
  mutant(
    'a function that reads on after its transaction is over reads nothing, and harms nobody',
    'reads for it',
    (connection) => {
      const { transaction: original } = connection;
      connection.transaction = (commands, options) =>
        original(
          typeof commands === 'function'
            ? (read) =>
                commands((command, how) => read(command, how).catch(() => connection.execute(command, how)))
            : commands,
          options,
        );
    },
  ),
  mutant(
    'a transaction that is aborted while it is decided ends at once, and nothing is done',
    'waits longer',
    late('transaction', 800),
  ),
  misled(
    'transactions beyond maxConnections wait for their turn, and use no more connections',
    'uses as many as it likes',
    ({ maxConnections: _, ...options }) => options,
  ),
];

const script: readonly ConnectionMutant[] = [
  mutant(
    'a script gets its keys and its arguments, and answers',
    'loses an argument',
    given('script', ([source, keys, args, ...rest]) => [
      source,
      keys,
      Array.isArray(args) ? args.slice(0, 1) : args,
      ...rest,
    ]),
  ),
  mutant(
    'keys and arguments of a script are data, whatever they hold',
    'makes text of them',
    given('script', ([source, keys, args, ...rest]) => [
      source,
      keys,
      Array.isArray(args) ? args.map(textOf) : args,
      ...rest,
    ]),
  ),
  mutant(
    'a script that the server has forgotten runs all the same, once',
    'gives up',
    changed('script', (_, connection) => async (...args) => {
      const [{ digest }, keys, values] = args as [{ digest: string }, string[], string[]];
      return connection.execute(['EVALSHA', digest, String(keys.length), ...keys, ...values]);
    }),
  ),
  mutant(
    'the text of a script is sent where the server does not know it, and only there',
    'always sends it',
    changed('script', (_, connection) => async (...args) => {
      const [{ source }, keys, values] = args as [{ source: string }, string[], string[]];
      return connection.execute(['EVAL', source, String(keys.length), ...keys, ...values]);
    }),
  ),
  mutant(
    'a script that fails is refused, with what it said',
    'hides it',
    changed(
      'script',
      (original) =>
        (...args) =>
          original(...args).catch(() => null),
    ),
  ),
  mutant(
    'script refuses what is no script, and harms nobody by it',
    'answers null',
    changed('script', lenient),
  ),
];

/** Ends only when its own time is over. */
const blocking: readonly ConnectionMutant[] = [
  mutant(
    'blocking answers what comes while it waits',
    'answers another',
    answering('blocking', (reply: unknown[] | null) => (reply === null ? null : [...reply].reverse())),
  ),
  mutant(
    'blocking answers null when its time is over',
    'rejects',
    answering('blocking', (reply) => {
      if (reply === null) throw another();
      return reply;
    }),
  ),
  misled('others are answered while a blocking call waits', 'has one connection for all', (options) => ({
    ...options,
    maxConnections: 1,
    commandTimeout: 300,
  })),
  mutant(
    'blocking refuses what is no command, what is of the session, and what is no time',
    'answers null',
    changed('blocking', lenient),
  ),
  mutant(
    'a blocking call that is aborted ends at once, and takes nothing afterwards',
    'goes on in the background',
    changed('blocking', (original) => (...args) => {
      const [command, { signal, ...options }] = args as [string[], { signal?: AbortSignal }];
      const call = original(command, options);
      call.catch(() => undefined);
      if (signal === undefined) return call;
      return Promise.race([
        call,
        new Promise((_, reject) => {
          signal.addEventListener('abort', () =>
            reject(new OperationError('E_ABORTED', 'aborted', 'unknown')),
          );
        }),
      ]);
    }),
  ),
  mutant(
    'a blocking call ends within its time + commandTimeout on a server that is frozen',
    'waits longer',
    late('blocking'),
  ),
  mutant(
    'a blocking call whose connection breaks ends at once, as one that may have run',
    'says that it was not sent',
    failing('blocking', (error) => relabelled(error, 'not-sent')),
  ),
  mutant(
    'a blocking call ends when the connection is closed',
    'rejects with something else',
    failing('blocking', another),
  ),
  mutant(
    'a blocking call that finds no connection free waits for one',
    'is refused at once',
    (connection) => {
      const { blocking: original } = connection;
      let busy = 0;
      connection.blocking = async (...args) => {
        if (busy > 0) throw another();
        busy += 1;
        return original(...args).finally(() => (busy -= 1));
      };
    },
  ),
  mutant(
    'a blocking call that finds no connection free in time is refused, unsent',
    'says that it may have run',
    failing('blocking', (error) => relabelled(error, 'unknown')),
  ),
  mutant(
    'a call that is aborted while it waits for a free connection was not sent, and never runs',
    'says that it may have run',
    failing('blocking', (error) => relabelled(error, 'unknown')),
  ),
];

export const connectionCallMutants: readonly ConnectionMutant[] = [
  ...execute,
  ...pipeline,
  ...transaction,
  ...script,
  ...blocking,
];
