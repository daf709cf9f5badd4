import type { FailureMode, ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type { LogRecord } from '../../support/logs/recording-logger.js';
import type { RespReply } from '../../support/redis/server/resp-client.js';
import type { Law, Opened, Subject } from '../law.js';

/** `demotable`: its server can be made a replica by hand, which nodes of a cluster refuse. */
export type FailureCapability = 'demotable';

export interface FailureOptions {
  readonly failureMode?: FailureMode;
  /** Default: 150 ms, so that the laws that wait for it are fast. `null`: the default of the cache. */
  readonly commandTimeoutMs?: number | null;
  /** The server is gone when the cache is started. Default: it is there. */
  readonly serverGone?: boolean;
}

type Word = string | number | Buffer;

/** The Redis of one cache, to be broken: one server, or all those among which its keys are spread. */
export interface BreakableRedis {
  /** Ends the processes. */
  kill(): Promise<void>;
  /** Restarts the servers, empty, at their addresses, and waits until they serve. */
  restart(): Promise<void>;
  /** Nothing is answered, and no socket breaks. */
  freeze(): void;
  thaw(): void;
  /** Runs a command on every server that accepts writes, on separate connections of the test. */
  each(...words: readonly Word[]): Promise<RespReply[]>;
  /** Runs a command on the server of a key. */
  at(key: string, ...words: readonly Word[]): Promise<RespReply>;
  keyCount(): Promise<number>;
  /** Changes the user of the cache, by rules of ACL SETUSER. */
  changeUser(...rules: readonly string[]): Promise<void>;
}

export interface OpenFailing extends Opened {
  readonly cache: ICache;
  readonly store: IFencedStore;
  readonly log: readonly LogRecord[];
  /** In front of the caller's keys on the server. */
  readonly prefix: string;
  readonly commandTimeoutMs: number;
  readonly server: BreakableRedis;
  /** True once the cache knows that all of its Redis is down; `connected` is false as soon as a part of it is. */
  isLost(): boolean;
  /** Closes the cache and its connection, and nothing else. */
  shut(): Promise<void>;
}

export type FailureLaw = Law<FailureCapability, OpenFailing, FailureOptions>;
export type FailureSubject = Subject<FailureCapability, OpenFailing, FailureOptions>;

export function law(
  title: string,
  prove: FailureLaw['prove'],
  needs: readonly FailureCapability[] = [],
): FailureLaw {
  return { title, needs, prove };
}
