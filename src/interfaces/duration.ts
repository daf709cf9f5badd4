/**
 * A length of time, as a caller writes it: milliseconds as a number, a decimal number with a unit
 * (`'250ms'`, `'1.5h'`), or parts that add up (`{ hours: 1, minutes: 30 }`).
 *
 * Fractions of a millisecond round up. Valid where a life is asked for: above zero, at most 36 500 days.
 * In a declaration file a bare number is refused; write the unit.
 */
export type Duration = number | DurationText | DurationParts;

/**
 * A decimal number and its unit: `ms`, `s`, `m` (minutes), `h` or `d`. The type lets a sign and an exponent pass, which
 * are refused when the program runs.
 */
export type DurationText = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** Parts of a duration; they add up, and at least one is given. */
export interface DurationParts {
  readonly days?: number | undefined;
  readonly hours?: number | undefined;
  readonly minutes?: number | undefined;
  readonly seconds?: number | undefined;
  readonly milliseconds?: number | undefined;
}
