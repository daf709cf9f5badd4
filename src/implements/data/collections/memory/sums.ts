import { floatOf, INT64_MAX, INT64_MIN, integerOf, refusals } from '../store/refusals.js';

/** Digits after the point that Redis keeps. */
const DIGITS = 17;
/** Places by which any number of at most 256 characters is beyond those digits. */
const TOO_SMALL = 600;

/** Sum of an integer, which is 0 while it is absent, as text. @throws {OperationError} */
export function integerSum(text: string | undefined, by: bigint): string {
  const sum = integerOf(text ?? '0') + by;
  if (sum > INT64_MAX || sum < INT64_MIN) throw refusals.overflow();
  return String(sum);
}

/**
 * Sum of a number, which is 0 while it is absent, as text without an exponent. Decimals are added as they are written,
 * because Redis adds more of their digits than a number has.
 *
 * @throws {OperationError}
 */
export function floatSum(text: string | undefined, by: number): string {
  floatOf(text ?? '0');
  const written = decimalText(units(text ?? '0') + units(String(by)));
  if (Number.isFinite(Number(written))) return written;
  throw refusals.noNumber();
}

/** A decimal in units of its last kept digit; further digits are rounded. */
function units(text: string): bigint {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = DIGITS - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : rounded(digits, -shift);
  return sign === '-' ? -scaled : scaled;
}

function rounded(digits: bigint, places: number): bigint {
  if (places > TOO_SMALL) return 0n;
  const unit = 10n ** BigInt(places);
  return (digits + unit / 2n) / unit;
}

function decimalText(sum: bigint): string {
  const digits = String(sum < 0n ? -sum : sum).padStart(DIGITS + 1, '0');
  const text = `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`.replace(/\.?0+$/, '');
  return sum < 0n ? `-${text}` : text;
}
