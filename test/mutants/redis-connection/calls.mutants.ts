import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '../../../src/interfaces/errors.js';
import type { RedisReply, ScriptOptions, TransactionOptions } from '../../../src/interfaces/redis-command.js';
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
} from './flaws.js';

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
    'execute returns binary strings as bytes',
    'answers text instead of bytes',
    answering('execute', textOf),
  ),
  mutant(
    'execute returns text when text is asked for',
    'answers bytes instead of text',
    opted('execute', ({ reply: _, ...options }) => options),
  ),
  mutant(
    'execute returns integers of 64 bits exactly when exact ones are asked for',
    'writes out numbers that it has rounded',
    answering('execute', (reply) =>
      typeof reply === 'string' && /^-?\d+$/.test(reply) ? String(BigInt(Number(reply))) : reply,
    ),
  ),
  mutant(
    'execute returns numbers as numbers, lists as lists and absence as null',
    'answers everything as text',
    answering('execute', (reply: RedisReply) => (typeof reply === 'number' ? String(reply) : reply)),
  ),
  mutant(
    'execute returns a map as a flat list of fields and values',
    'answers a map as an object',
    (connection) => {
      const { execute: original } = connection;
      connection.execute = async (command, options) => {
        const reply = await original(command, options);
        return command[0] === 'HGETALL' ? (Object.fromEntries([reply as [string, string]]) as never) : reply;
      };
    },
  ),
  mutant(
    'words of a command are literal, whatever they hold',
    'trims words',
    given('execute', ([command, ...rest]) => [
      Array.isArray(command)
        ? command.map((word) => (typeof word === 'string' ? word.trim() : word))
        : command,
      ...rest,
    ]),
  ),
  mutant('concurrent calls each get their own answer', 'swaps the answers of two calls', (connection) => {
    const { execute: original } = connection;
    let before: RedisReply = null;
    connection.execute = async (command, options) => {
      const reply = await original(command, options);
      const last = before;
      before = reply;
      return command[0] === 'GET' ? last : reply;
    };
  }),
  mutant(
    'execute refuses an invalid command, without effect on other calls',
    'answers null to an invalid command',
    changed('execute', lenient),
  ),
  mutant(
    'execute refuses a command that would change the shared connection',
    'answers OK to a session command',
    changed('execute', (original) => (...args) => {
      const [command] = args as [string[]];
      return String(command[0]).toUpperCase() === 'SELECT' ? Promise.resolve('OK') : original(...args);
    }),
  ),
  mutant(
    'execute refuses a command that would block the shared connection',
    'blocks the connection',
    changed('execute', (original, connection) => (...args) => {
      const [command] = args as [string[]];
      return command[0] === 'BLMPOP' ? connection.blocking(command, { block: 100 }) : original(...args);
    }),
  ),
  mutant(
    'a refusal by the server names its reason, and no argument',
    'repeats the command in its error',
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
    'every call that names keys refuses keys of several slots, before it sends anything',
    'sends keys of several slots',
    opted('execute', (options) => ({ ...options, keys: [] })),
  ),
  mutant(
    'a command is sent to the node that serves its keys',
    'ignores slots on a cluster',
    saying('sharded', () => false),
  ),
  mutant(
    'a server without slots accepts keys of several slots',
    'checks slots on a single server',
    saying('sharded', () => true),
  ),
];

const pipeline: readonly ConnectionMutant[] = [
  mutant(
    'pipeline returns one result per command, in order',
    'reverses the results',
    answering('pipeline', (results: unknown[]) => [...results].reverse()),
  ),
  mutant(
    'pipeline returns bytes, or text when text is asked for',
    'answers everything as text',
    answering('pipeline', textOf),
  ),
  mutant(
    'a command that fails in a pipeline is an error in its place, and the others are executed',
    'rejects the whole pipeline',
    answering('pipeline', (results: unknown[]) => {
      for (const result of results) if (result instanceof Error) throw result;
      return results;
    }),
  ),
  mutant(
    'pipeline executes nothing when one of its commands is invalid',
    'executes the valid commands',
    (connection) => {
      const { pipeline: original } = connection;
      connection.pipeline = async (commands, options) => {
        if (Array.isArray(commands)) await original(commands.slice(0, 1), options);
        return original(commands, options);
      };
    },
  ),
  mutant(
    'a pipeline is sent as one unit: two concurrent pipelines do not interleave',
    'waits for each answer before the next command',
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
    'an aborted pipeline has an error in the place of each command',
    'rejects the whole pipeline',
    answering('pipeline', ([first]: unknown[]) => {
      throw first;
    }),
  ),
  mutant(
    'a pipeline may name keys of every node, and returns results in the order of its commands',
    'sorts the answers',
    answering('pipeline', (results: unknown[]) => [...results].sort()),
  ),
];

const transaction: readonly ConnectionMutant[] = [
  mutant(
    'transaction returns one result per command, in order',
    'leaves one result out',
    answering('transaction', (results: unknown[] | null) => results?.slice(1) ?? null),
  ),
  mutant(
    'transaction returns binary strings as bytes',
    'answers text instead of bytes',
    answering('transaction', textOf),
  ),
  mutant(
    'a command that fails in a transaction is an error in its place, and the others are executed',
    'rejects the whole transaction',
    answering('transaction', (results: unknown[]) => {
      for (const result of results) if (result instanceof Error) throw result;
      return results;
    }),
  ),
  mutant(
    'a transaction executes nothing when the server does not know one of its commands',
    'executes the commands one by one',
    (connection) => {
      connection.transaction = async (commands, options) =>
        Promise.all(
          (commands as string[][]).map((command) => connection.execute(command, { keys: options?.keys })),
        );
    },
  ),
  mutant(
    'transaction refuses an invalid command, a session command and a blocking command',
    'answers null to an invalid command',
    changed('transaction', lenient),
  ),
  mutant(
    'a transaction is atomic: no other command runs in between',
    'sends a transaction as a pipeline',
    (connection) => {
      connection.transaction = async (commands, options) => {
        const results = [];
        for (const command of commands as string[][])
          results.push(await connection.execute(command, { keys: options?.keys }));
        return results;
      };
    },
  ),
  mutant(
    'transaction returns null, and executes nothing, when a watched key has changed',
    'watches no keys',
    opted('transaction', (options) => ({ ...options, watch: [] })),
  ),
  mutant(
    'a transaction with `retry` reads and decides anew when a watched key has changed',
    'never repeats a transaction',
    opted('transaction', ({ retry: _, ...options }: TransactionOptions) => options),
  ),
  mutant(
    'a transaction with `retry` ends within its timeout, whoever changes the key',
    'gives each attempt all of the time that there is',
    opted('transaction', (options) => ({ ...options, timeout: 2000 })),
  ),
  mutant(
    'the function of a transaction reads first, on the same connection, and decides the commands',
    'always reads text in the function',
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
    'concurrent transactions that double a number lose no update when they retry',
    'watches no keys',
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
    'a transaction has its own connection, and other calls are answered while its function runs',
    'has one for all',
    (options) => ({ ...options, maxConnections: 1, commandTimeout: 300 }),
  ),
  mutant(
    'a transaction whose function throws rejects with that error, and executes nothing',
    'wraps the error of the function',
    failing('transaction', another),
  ),
  mutant(
    'a transaction whose function never settles ends with the timeout, and executes nothing',
    'exceeds the timeout',
    late('transaction'),
  ),
  mutant(
    'a function that reads after its transaction has ended reads nothing, without effect on other calls',
    'still reads for an ended transaction',
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
    'a transaction that is aborted while its function runs ends at once, and executes nothing',
    'ends long after the abort',
    late('transaction', 800),
  ),
  misled(
    'transactions beyond maxConnections wait for a free connection, and open no more',
    'uses as many as it likes',
    ({ maxConnections: _, ...options }) => options,
  ),
];

const script: readonly ConnectionMutant[] = [
  mutant(
    'a script receives its keys and arguments, and its result is answered',
    'loses one argument',
    given('script', ([source, keys, args, ...rest]) => [
      source,
      keys,
      Array.isArray(args) ? args.slice(0, 1) : args,
      ...rest,
    ]),
  ),
  mutant(
    'keys and arguments of a script are data, whatever they hold',
    'converts arguments to text',
    given('script', ([source, keys, args, ...rest]) => [
      source,
      keys,
      Array.isArray(args) ? args.map(textOf) : args,
      ...rest,
    ]),
  ),
  mutant(
    'a script that the server has forgotten still runs, exactly once',
    'rejects when the script is unknown to the server',
    changed('script', (_, connection) => async (...args) => {
      const [{ digest }, keys, values] = args as [{ digest: string }, string[], string[]];
      return connection.execute(['EVALSHA', digest, String(keys.length), ...keys, ...values]);
    }),
  ),
  mutant(
    'the text of a script is sent only to a server that does not know it',
    'always sends the text of the script',
    changed('script', (_, connection) => async (...args) => {
      const [{ source }, keys, values] = args as [{ source: string }, string[], string[]];
      return connection.execute(['EVAL', source, String(keys.length), ...keys, ...values]);
    }),
  ),
  mutant(
    'a script in order keeps its place on a server that does not know it',
    'sends the digest first',
    opted('script', ({ inOrder: _, ...options }: ScriptOptions) => options),
  ),
  mutant(
    'a script that fails rejects with the message of the script',
    'hides the message of the script',
    changed(
      'script',
      (original) =>
        (...args) =>
          original(...args).catch(() => null),
    ),
  ),
  mutant(
    'script refuses an invalid script, without effect on other calls',
    'answers null to an invalid script',
    changed('script', lenient),
  ),
];

/** Ends only when its own time is over. */
const blocking: readonly ConnectionMutant[] = [
  mutant(
    'blocking returns a value that arrives while it waits',
    'answers another value',
    answering('blocking', (reply: unknown[] | null) => (reply === null ? null : [...reply].reverse())),
  ),
  mutant(
    'blocking returns null when its waiting time ends',
    'rejects when the waiting time ends',
    answering('blocking', (reply) => {
      if (reply === null) throw another();
      return reply;
    }),
  ),
  misled('other calls are answered while a blocking call waits', 'has one connection for all', (options) => ({
    ...options,
    maxConnections: 1,
    commandTimeout: 300,
  })),
  mutant(
    'blocking refuses an invalid command, a session command and an invalid waiting time',
    'answers null to an invalid command',
    changed('blocking', lenient),
  ),
  mutant(
    'an aborted blocking call ends at once, and consumes nothing afterwards',
    'continues after the abort in the background',
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
    'a blocking call ends within its waiting time + commandTimeout on a frozen server',
    'exceeds its waiting time',
    late('blocking'),
  ),
  mutant(
    'a blocking call whose connection breaks rejects at once, with outcome unknown',
    'reports the call as not sent',
    failing('blocking', (error) => relabelled(error, 'not-sent')),
  ),
  mutant(
    'a blocking call ends when the connection is closed',
    'rejects with another error',
    failing('blocking', another),
  ),
  mutant(
    'a blocking call waits when no connection is free',
    'refuses at once when no connection is free',
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
    'a blocking call that finds no free connection in time is refused, unsent',
    'reports the call as possibly executed',
    failing('blocking', (error) => relabelled(error, 'unknown')),
  ),
  mutant(
    'a call that is aborted while it waits for a free connection is not sent, and never runs',
    'reports the call as possibly executed',
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
