import { floatOf, INT64_MAX, INT64_MIN, integerOf, refusals } from '../store/refusals.js';

/** Digits after the point beyond which Redis rounds. */
const DIGITS = 17;

/** Sum of an integer, which is 0 while it is absent, as text. @throws {OperationError} */
export function integerSum(text: string | undefined, by: bigint): string {
  const sum = integerOf(text ?? '0') + by;
  if (sum > INT64_MAX || sum < INT64_MIN) throw refusals.overflow();
  return String(sum);
}

/** Sum of a number, which is 0 while it is absent, as text without an exponent. @throws {OperationError} */
export function floatSum(text: string | undefined, by: number): string {
  const sum = floatOf(text ?? '0') + by;
  if (!Number.isFinite(sum)) throw refusals.noNumber();
  const written = String(sum);
  if (!written.includes('e')) return written;
  return Math.abs(sum) < 1 ? sum.toFixed(DIGITS).replace(/\.?0+$/, '') : String(BigInt(sum));
}
