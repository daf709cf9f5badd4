import { OperationError } from '../../../../interfaces/errors.js';

/** Refusals of a store, with the reasons and words that both stores share. */
export const refusals = {
  wrongType: (): OperationError => refusal('WRONGTYPE', 'the name is that of a collection of another kind'),
  tooLarge: (limit: number): OperationError =>
    refusal(
      'TOOLARGE',
      `expected at most ${limit} items, got more; iterate over them page by page, or pass a greater limit`,
    ),
  noInteger: (): OperationError => refusal('ERR', 'expected a value that is an integer of 64 bits'),
  noFloat: (): OperationError => refusal('ERR', 'expected a value that is a finite number'),
  overflow: (): OperationError => refusal('ERR', 'the result would not fit into an integer of 64 bits'),
  noNumber: (): OperationError => refusal('ERR', 'the result would be no finite number'),
  full: (maxBytes: number): OperationError =>
    refusal(
      'OOM',
      `the collections take the ${maxBytes} bytes (maxBytes) that they may; nothing was written`,
    ),
};

function refusal(reason: string, text: string): OperationError {
  return new OperationError('E_OPERATION_REFUSED', text, 'refused', { reason });
}

const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;
/** Least and greatest integer of 64 bits. */
export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** Reads an integer as Redis does: without spaces, plus signs and leading zeros. @throws {OperationError} */
export function integerOf(text: string): bigint {
  if (INTEGER.test(text)) {
    const value = BigInt(text);
    if (value >= INT64_MIN && value <= INT64_MAX) return value;
  }
  throw refusals.noInteger();
}

/** Longest text that Redis reads as a number. */
const MAX_NUMBER = 255;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads a finite number. @throws {OperationError} */
export function floatOf(text: string): number {
  const value = text.length <= MAX_NUMBER && FLOAT.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw refusals.noFloat();
}
