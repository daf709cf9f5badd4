import assert from 'node:assert/strict';
import type { Duration } from '../../../src/interfaces/duration.js';
import type { IMutex, IMutexSite, MutexLock, MutexOptions } from '../../../src/interfaces/mutex.js';
import type { LogRecord } from '../../support/logs/recording-logger.js';
import type { RespReply } from '../../support/redis/server/resp-client.js';
import { eventually } from '../../support/time/eventually.js';
import type { Law, Opened, Subject } from '../law.js';

/** `remote`: the locks are on servers, which a law may freeze. */
export type MutexCapability = 'remote';

export interface MutexSubjectOptions {
  /** Default: 5 s, for most laws are about answers, and a machine may be slow for a moment. */
  readonly commandTimeout?: Duration;
  readonly expire?: Duration;
  readonly wait?: Duration;
  readonly autoExtend?: boolean;
}

/** Servers with the locks of a law. */
export interface MutexServers {
  freeze(): void;
  thaw(): void;
  /** Runs a command on each. */
  each(...words: readonly string[]): Promise<RespReply[]>;
  /** Keys of this law. */
  keys(): Promise<string[]>;
  /** Runs a command with a key on the server of that key. */
  at(key: string, ...words: readonly string[]): Promise<RespReply>;
  /** Commands received since the last call that name a key of this law; the first call starts the monitor. */
  received(): Promise<readonly (readonly string[])[]>;
}

/** Two sites with the same locks. */
export interface OpenMutexes extends Opened {
  readonly site: IMutexSite & { close(): Promise<void> };
  /** Another process, where there are several; else the same site. */
  readonly other: IMutexSite;
  readonly log: readonly LogRecord[];
  /** Ends the connection of the other site, as if its process had died. */
  killOther(): Promise<void>;
  /** Fails for a subject without servers. */
  readonly servers: MutexServers;
}

export type MutexLaw = Law<MutexCapability, OpenMutexes, MutexSubjectOptions>;
export type MutexSubject = Subject<MutexCapability, OpenMutexes, MutexSubjectOptions>;

/** A law of all mutexes. */
export function law(title: string, prove: MutexLaw['prove']): MutexLaw {
  return { title, needs: [], prove };
}

/** A law of mutexes on servers. */
export function remoteLaw(title: string, prove: MutexLaw['prove']): MutexLaw {
  return { title, needs: ['remote'], prove };
}

/** Acquires a lock that must be free in time. */
export async function acquired(mutex: IMutex, options: MutexOptions = {}): Promise<MutexLock> {
  const lock = await mutex.acquire(options);
  assert.ok(lock !== undefined, 'the lock was not free in time');
  return lock;
}

/** Fails unless a call rejects with this code. */
export async function rejects(call: Promise<unknown>, ...codes: readonly string[]): Promise<Error> {
  const error = await call.then(
    (answer) => assert.fail(`it answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason as Error & { code?: string },
  );
  assert.ok(codes.includes(String(error.code)), String(error.stack));
  return error;
}

/** Waits until so much of a lease has passed. */
export function passed(ms: number): Promise<void> {
  const since = performance.now();
  return eventually(`${ms} ms have passed`, () => performance.now() - since >= ms, { withinMs: ms + 5000 });
}
