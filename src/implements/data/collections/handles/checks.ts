import type { CollectionRead, CollectionWrite } from '../../../../interfaces/collection.js';
import { ArgumentError } from '../../../../interfaces/errors.js';
import { describe } from '../../../foundation/describe.js';
import { requireDurationMs } from '../../../foundation/options/duration.js';
import { abortError } from '../../../foundation/waiting/abort-error.js';
import { checkSignal } from '../../../foundation/waiting/abort-listeners.js';
import type { Bound, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { INT64_MAX, INT64_MIN } from '../store/refusals.js';

const NOTHING: StoreCall = Object.freeze({ signal: undefined });
const NO_LIFE: StoreWrite = Object.freeze({ signal: undefined, lifeMs: undefined });

/** @throws {ArgumentError} {OperationError} `E_ABORTED` when the signal has aborted. */
export function collectionCall(options: unknown): StoreCall {
  if (options === undefined) return NOTHING;
  return { signal: signalOf(checkedOptions(options)) };
}

/** @throws as `collectionCall`. */
export function collectionWrite(options: unknown): StoreWrite {
  if (options === undefined) return NO_LIFE;
  const { expire, ...rest } = checkedOptions<CollectionWrite>(options);
  const lifeMs = expire === undefined ? undefined : requireDurationMs(expire);
  return { signal: signalOf(rest), lifeMs };
}

/** @throws as `collectionCall`. */
export function collectionRead(options: unknown, maxItems: number): StoreRead {
  if (options === undefined) return { signal: undefined, limit: maxItems };
  const { limit, ...rest } = checkedOptions<CollectionRead>(options);
  return {
    signal: signalOf(rest),
    limit: limit === undefined ? maxItems : checkedCount(limit, 'limit', 1),
  };
}

/** @throws {ArgumentError} for anything but an object or `undefined`, such as a second item. */
export function checkedOptions<Options extends object>(options: unknown): Options {
  if (options === undefined) return {} as Options;
  const isPlain = typeof options === 'object' && options !== null && !Array.isArray(options);
  if (isPlain && !ArrayBuffer.isView(options)) return options as Options;
  throw new ArgumentError(
    `expected the options of the call as an object, got ${describe(options)}; pass several items as one array`,
  );
}

/** @throws {ArgumentError} */
export function checkedCount(count: unknown, what: string, least: number): number {
  if (Number.isSafeInteger(count) && (count as number) >= least) return count as number;
  throw new ArgumentError(`expected ${what} as a whole number of at least ${least}, got ${shown(count)}`);
}

/** Checks a position, a rank, or a number with a direction. @throws {ArgumentError} */
export function checkedIndex(index: unknown, what: string): number {
  if (Number.isSafeInteger(index)) return (index as number) + 0;
  throw new ArgumentError(`expected ${what} as a whole number, got ${shown(index)}`);
}

/** @throws {ArgumentError} for anything but an integer of 64 bits; a number must be exact. */
export function checkedInteger(by: unknown): bigint {
  const value = typeof by === 'number' && Number.isSafeInteger(by) ? BigInt(by) : by;
  if (typeof value === 'bigint' && value >= INT64_MIN && value <= INT64_MAX) return value;
  throw new ArgumentError(
    `expected an integer of 64 bits, a bigint beyond ${Number.MAX_SAFE_INTEGER}, got ${shown(by)}`,
  );
}

/** @throws {ArgumentError} for anything but a finite number. */
export function checkedFinite(by: unknown): number {
  if (typeof by === 'number' && Number.isFinite(by)) return by + 0;
  throw new ArgumentError(`expected a finite number, got ${shown(by)}`);
}

/** Checks a score; -0 becomes 0. @throws {ArgumentError} for NaN, and anything but a number. */
export function checkedScore(score: unknown): number {
  if (typeof score === 'number' && !Number.isNaN(score)) return score + 0;
  throw new ArgumentError(`expected a score as a number that is not NaN, got ${shown(score)}`);
}

/** @throws {ArgumentError} */
export function checkedBound(bound: unknown, what: string): Bound {
  if (typeof bound === 'number') return { score: checkedScore(bound), isExclusive: false };
  const { exclusive } = (bound ?? {}) as { exclusive?: unknown };
  if (typeof exclusive === 'number') return { score: checkedScore(exclusive), isExclusive: true };
  throw new ArgumentError(`expected ${what} as a number or { exclusive: number }, got ${describe(bound)}`);
}

/** @throws {ArgumentError} */
export function checkedFlag(flag: unknown, what: string): boolean {
  if (flag === undefined || typeof flag === 'boolean') return flag === true;
  throw new ArgumentError(`expected ${what} as true or false, got ${describe(flag)}`);
}

/** Signal of the options that are left, of which it must be the only one. */
function signalOf(options: { readonly signal?: unknown }): AbortSignal | undefined {
  const { signal, ...others } = options;
  for (const name of Object.keys(others)) {
    const named = /^\w{1,32}$/.test(name) ? ` "${name}"` : '';
    throw new ArgumentError(`expected the options of this call, got the unknown option${named}`);
  }
  checkSignal(signal);
  const checked = signal as AbortSignal | undefined;
  if (checked?.aborted === true) throw abortError(checked, 'not-sent');
  return checked;
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : describe(value);
}
