import type { IKeyValue } from '../../../src/interfaces/key-value.js';
import type { RespReply } from '../../support/redis/server/resp-client.js';
import type { Law, Opened, Subject } from '../law.js';

/** `shared`: other processes and other programs have access to the same values. */
export type KeyValueCapability = 'shared';

export interface KeyValueOptions {
  readonly maxValueBytes?: number;
  /** Of stores that can divide values. */
  readonly chunk?: number;
}

export type ClosableKeyValue = IKeyValue & { close(): Promise<void> };

/** Values that were opened for one law; only `advance` moves their time, but for that which the law itself takes. */
export interface OpenKeyValue extends Opened {
  readonly values: ClosableKeyValue;
  advance(ms: number): Promise<void>;
  /** The same values, in another process. Requires `shared`. */
  twin(options?: KeyValueOptions): ClosableKeyValue;
  /** Runs a command of another program on a key, which is its first argument. Requires `shared`. */
  command(name: string, key: string, ...words: readonly (string | Buffer)[]): Promise<RespReply>;
}

export type KeyValueLaw = Law<KeyValueCapability, OpenKeyValue, KeyValueOptions>;
export type KeyValueSubject = Subject<KeyValueCapability, OpenKeyValue, KeyValueOptions>;
/** Opens the subject of a law. */
export type OpenWith = (options?: KeyValueOptions) => Promise<OpenKeyValue>;

/** A law of every store of values. */
export function law(title: string, prove: (open: OpenWith) => Promise<void>): KeyValueLaw {
  return { title, needs: [], prove };
}

/** A law of those that others have access to. */
export function lawOfShared(title: string, prove: (open: OpenWith) => Promise<void>): KeyValueLaw {
  return { title, needs: ['shared'], prove };
}
