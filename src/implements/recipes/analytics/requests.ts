import type {
  AnalyticsCallOptions,
  AnalyticsRange,
  AnalyticsRecordOptions,
} from '../../../interfaces/analytics.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { msOfDate } from '../../foundation/clock/wall-time.js';
import { describe } from '../../foundation/describe.js';
import type { EventRecord } from './analytics-store.js';
import { type Bucket, bucketsOf, UNITS } from './calendar.js';

const MAX_FIELDS = 16;
const MAX_TOP = 1000;
/** Last millisecond of the year 9999, beyond which dates have another form. */
const LAST_MS = 253_402_300_799_999;

/** Checks an event and its options. @throws {ArgumentError} */
export function recordOf(event: string, options: AnalyticsRecordOptions | undefined): EventRecord {
  checkKey(event, 'name of an event');
  const known = ['by', 'at', 'user', 'values', 'signal'];
  const { by = 1, at, user, values = {} } = optionsOf<AnalyticsRecordOptions>(options, known);
  if (!Number.isSafeInteger(by) || by < 1) {
    const got = typeof by === 'number' ? String(by) : describe(by);
    throw new ArgumentError(`expected a positive integer of at most 2^53 - 1 as by, got ${got}`);
  }
  if (user !== undefined) checkKey(user, 'user');
  return { event, by, atMs: at === undefined ? undefined : moment(at, 'at'), user, values: fieldsOf(values) };
}

/** Buckets of a range. @throws {ArgumentError} */
export function rangeOf(range: AnalyticsRange, isSeries = false): Bucket[] {
  if (typeof range !== 'object' || range === null) {
    throw new ArgumentError(`expected a range with from and to, got ${describe(range)}`);
  }
  const { from, to, per } = optionsOf<AnalyticsRange>(range, ['from', 'to', 'per']);
  const [fromMs, toMs] = [moment(from, 'from'), moment(to, 'to')];
  if (fromMs >= toMs) throw new ArgumentError('expected a range whose from is before its to');
  if ((isSeries || per !== undefined) && !UNITS.includes(per as 'day')) {
    throw new ArgumentError(`expected per to be one of ${UNITS.join(', ')}, got ${describe(per)}`);
  }
  return bucketsOf(fromMs, toMs, per);
}

/** Checks a number of values. @throws {ArgumentError} */
export function checkTop(n: unknown): void {
  if (Number.isSafeInteger(n) && (n as number) >= 1 && (n as number) <= MAX_TOP) return;
  const got = typeof n === 'number' ? String(n) : describe(n);
  throw new ArgumentError(`expected an integer from 1 to ${MAX_TOP} as n, got ${got}`);
}

/** Signal of a call that has no other options. @throws {ArgumentError} */
export function analyticsSignal(options: AnalyticsCallOptions | undefined): AbortSignal | undefined {
  const { signal } = optionsOf<AnalyticsCallOptions>(options, ['signal']);
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new ArgumentError(`expected an AbortSignal as signal, got ${describe(signal)}`);
}

function fieldsOf(values: unknown): [string, string][] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ArgumentError(`expected an object of text by field as values, got ${describe(values)}`);
  }
  const fields = Object.entries(values as Record<string, string>);
  if (fields.length > MAX_FIELDS) {
    throw new ArgumentError(`expected values of at most ${MAX_FIELDS} fields, got ${fields.length}`);
  }
  for (const [field, value] of fields) {
    checkKey(field, 'field');
    checkKey(value, 'value of a field');
  }
  return fields;
}

function moment(date: unknown, what: string): number {
  const ms = msOfDate(date);
  if (ms !== undefined && ms >= 0 && ms <= LAST_MS) return ms;
  const got = ms === undefined ? describe(date) : 'another';
  throw new ArgumentError(`expected a valid Date of the years 1970 to 9999 as ${what}, got ${got}`);
}

function optionsOf<Options extends object>(given: unknown, known: readonly string[]): Partial<Options> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentError(`expected an object of options, got ${describe(given)}`);
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      throw new ArgumentError(`expected the options ${known.join(', ')}, got another`);
  }
  return given;
}
