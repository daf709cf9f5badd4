import type { FailureMode, ICache } from '../../../src/interfaces/cache.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import type { LogRecord } from '../../support/recording-logger.js';
import type { RespReply } from '../../support/resp-client.js';
import type { Law, Opened, Subject } from '../law.js';

/** Nothing that some of these caches can do and others can't. */
export type FailureCapability = never;

export interface FailureOptions {
  readonly failureMode?: FailureMode;
  /** Default: 150 ms; the laws that wait for it would be slow with more. `null`: the default of the cache. */
  readonly commandTimeoutMs?: number | null;
  /** The server is gone when the cache is started. Default: it is there. */
  readonly serverGone?: boolean;
}

/** The server of one cache, to be broken. */
export interface BreakableServer {
  /** Ends the process. */
  kill(): Promise<void>;
  /** Starts it again, empty, where it was. */
  restart(): Promise<void>;
  /** Nothing is answered, and no socket breaks. */
  freeze(): void;
  thaw(): void;
  /** Runs a command on a connection of the test's own. */
  cli(...words: readonly (string | number | Buffer)[]): Promise<RespReply>;
}

export interface OpenFailing extends Opened {
  readonly cache: ICache;
  readonly store: IFencedStore;
  readonly log: readonly LogRecord[];
  /** In front of the caller's keys on the server. */
  readonly prefix: string;
  readonly commandTimeoutMs: number;
  readonly server: BreakableServer;
  /** Closes the cache and what it stands on, and nothing else. */
  shut(): Promise<void>;
}

export type FailureLaw = Law<FailureCapability, OpenFailing, FailureOptions>;
export type FailureSubject = Subject<FailureCapability, OpenFailing, FailureOptions>;

export function law(title: string, prove: FailureLaw['prove']): FailureLaw {
  return { title, needs: [], prove };
}
