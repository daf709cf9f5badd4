import { ArgumentError, CodecError, OperationError } from '../../../interfaces/errors.js';
import type { Session, SessionCallOptions, SessionData } from '../../../interfaces/session-store.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { plainJsonCodec } from '../../foundation/codecs/plain-json-codec.js';
import { describe } from '../../foundation/describe.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { type SessionAccess, type SessionPlace, sessionAccess } from './session-id.js';

/** Attempts of an `update` whose session is changed by others meanwhile. */
export const MAX_ATTEMPTS = 100;

/** Error of an `update` whose attempts have all met a change by another call. */
export function conflict(): OperationError {
  const text = `expected a session that stays the same during an update, got one that others changed ${MAX_ATTEMPTS} times`;
  return new OperationError('E_OPERATION_REFUSED', text, 'refused', { reason: 'CONFLICT' });
}

/** A session as it is stored: its data are JSON. */
export interface SessionRecord {
  readonly json: string;
  readonly userId: string | undefined;
  readonly createdAtMs: number;
  readonly remainingMs: number;
}

/** Checks a call by id. @returns `undefined` for a text that never was an id. */
export function checkedAccess(id: unknown, options?: SessionCallOptions): SessionAccess | undefined {
  checkKey(id, 'session id');
  refuseAborted(options);
  return sessionAccess(id);
}

/** Refuses a call whose signal has aborted already. */
export function refuseAborted(options: SessionCallOptions | undefined): void {
  if (options?.signal?.aborted === true) throw abortError(options.signal, 'not-sent');
}

/** JSON of data. @throws {ArgumentError} {CodecError} */
export function jsonOf(data: unknown, maxBytes: number): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || data instanceof Promise) {
    throw new ArgumentError(`expected an object as the data of a session, got ${describe(data)}`);
  }
  const json = plainJsonCodec.encode(data);
  if (json.byteLength > maxBytes) {
    const got = `got ${json.byteLength} bytes`;
    throw new ArgumentError(`expected data of at most ${maxBytes} bytes as JSON (maxDataBytes), ${got}`);
  }
  return Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
}

/** Runs the change of an `update` on data of its own. */
export function changed(change: unknown, json: string, maxBytes: number): string {
  const data = (change as (data: SessionData) => unknown)(dataOf(json));
  // Refused below; its own rejection is nobody's.
  if (data instanceof Promise) data.catch(() => undefined);
  return jsonOf(data, maxBytes);
}

/** Refuses a change that is no function. */
export function checkChange(change: unknown): void {
  if (typeof change === 'function') return;
  throw new ArgumentError(`expected a function that changes the data, got ${describe(change)}`);
}

/** Session of a record. */
export function sessionOf({ id, line }: SessionAccess, record: SessionRecord): Session {
  return { id, ...summaryOf({ line }, record) };
}

/** Summary of a record. */
export function summaryOf({ line }: Pick<SessionPlace, 'line'>, record: SessionRecord) {
  const { json, userId, createdAtMs, remainingMs } = record;
  return { reference: line, userId, data: dataOf(json), createdAtMs, remainingMs };
}

function dataOf(json: string): SessionData {
  try {
    return JSON.parse(json);
  } catch {
    throw new CodecError('E_DECODE', 'the data of a session are no JSON');
  }
}
