import assert from 'node:assert/strict';
import type { ICredentialsProvider } from '../../../src/interfaces/credentials-provider.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import type { RedisWord } from '../../../src/interfaces/redis-command.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { LogRecord } from '../../support/logs/recording-logger.js';
import type { RespReply } from '../../support/redis/server/resp-client.js';
import { eventually } from '../../support/time/eventually.js';
import type { Law, Opened, Subject } from '../law.js';

/**
 * `sharded`: keys are spread over several masters. `whole`: they are not. `shards`: the server has sharded channels.
 * `slots`: it has them, and their slots can move.
 */
export type ConnectionCapability = 'sharded' | 'whole' | 'shards' | 'slots';

export interface OpeningOptions {
  /** Default: 5 s, for most laws are about answers, and a machine may be slow for a moment. */
  readonly commandTimeout?: Duration;
  readonly connectTimeout?: Duration;
  readonly maxConnections?: number;
  readonly maxInFlight?: number;
  readonly maxWaitingBytes?: number;
  /** Default: a unique name. */
  readonly clientName?: string;
  /** In place of the credentials that the subject has. */
  readonly credentials?: ICredentialsProvider;
  /** Starts the connection first. Default: true. */
  readonly started?: boolean;
}

/** A connection as the server sees it. */
export interface ServerClient {
  readonly id: string;
  readonly user: string;
  /** Channels, sharded channels and patterns that it listens to. */
  readonly subscriptions: number;
  /** It waits in a blocking command. */
  readonly isBlocked: boolean;
}

/** Servers of a connection that accept writes. */
export interface ConnectionServers {
  readonly count: number;
  /** Runs a command on the server of a key, on a separate connection of the test. */
  at(key: RedisWord, ...words: readonly RedisWord[]): Promise<RespReply>;
  /** Runs a command on each. */
  each(...words: readonly RedisWord[]): Promise<RespReply[]>;
  /** Nothing is answered, and no socket breaks; `thaw` ends that. */
  freeze(): void;
  thaw(): void;
  /** Commands received since the last call that name a key of this law; the first call starts the monitor. */
  received(): Promise<readonly (readonly string[])[]>;
  /** Connections with a client name. Default: the name of the subject that was opened first. */
  clients(name?: string): Promise<readonly ServerClient[]>;
  /** Ends connections of a client name, as an operator may; returns their number. */
  kill(which?: (client: ServerClient) => boolean, name?: string): Promise<number>;
  /** Moves the empty slot of a key to another master. Requires `slots`. */
  moveSlot(key: string): Promise<void>;
  /** Makes a user of this password and these rules, or changes it. */
  setUser(name: string, password: string, ...rules: readonly string[]): Promise<void>;
}

/** A connection that was opened for one law. */
export interface OpenConnection extends Opened {
  readonly connection: IRedisConnection;
  /** Starts every key and channel of the law, and names it. */
  readonly space: string;
  /** Expected `database` of the connection. */
  readonly database: string;
  readonly log: readonly LogRecord[];
  readonly servers: ConnectionServers;
}

export type ConnectionLaw = Law<ConnectionCapability, OpenConnection, OpeningOptions>;
export type ConnectionSubject = Subject<ConnectionCapability, OpenConnection, OpeningOptions>;

/** A law of every connection. */
export function law(title: string, prove: ConnectionLaw['prove']): ConnectionLaw {
  return { title, needs: [], prove };
}

/** A law of those connections that lead to something of this kind. */
export function lawOf(
  needs: ConnectionCapability,
  title: string,
  prove: ConnectionLaw['prove'],
): ConnectionLaw {
  return { title, needs: [needs], prove };
}

/** Starts a connection, and waits until it is there: a machine that is slow for a moment needs another attempt. */
export async function startedUp(connection: IRedisConnection): Promise<void> {
  await connection.start();
  await eventually('it is ready', () => connection.status === 'ready');
}

/** Runs a step while no server answers. */
export async function whileFrozen<T>(servers: ConnectionServers, step: () => Promise<T>): Promise<T> {
  servers.freeze();
  try {
    return await step();
  } finally {
    servers.thaw();
  }
}

/** A failure as this port has them. */
export interface Failure extends Error {
  readonly code: string;
  readonly outcome?: string;
  readonly reason?: string;
}

/** Error that a call rejects with; fails when the call answers. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    assert.ok(error instanceof Error, `it rejected with something that is no Error: ${String(error)}`);
    return error as Failure;
  }
  assert.fail(`it answered ${JSON.stringify(answer)}`);
}

/** Fails unless a call rejects like this. */
export async function fails(
  call: Promise<unknown>,
  expected: {
    readonly code?: string | readonly string[];
    readonly outcome?: string;
    readonly reason?: string;
  },
): Promise<Failure> {
  const failure = await failureOf(call);
  const { code, outcome, reason } = expected;
  if (code !== undefined) assert.ok([code].flat().includes(failure.code), String(failure.stack));
  if (outcome !== undefined) assert.equal(failure.outcome, outcome, String(failure.stack));
  if (reason !== undefined) assert.equal(failure.reason, reason, String(failure.stack));
  return failure;
}

/** So many keys of one slot, whatever the topology. */
export function keysOfOneSlot(space: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${space}{slot}${index}`);
}
