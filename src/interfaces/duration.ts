/**
 * A duration: milliseconds as a number, a decimal number with a unit (`'250ms'`, `'1.5h'`), or parts that add up
 * (`{ hours: 1, minutes: 30 }`).
 *
 * Fractions of a millisecond round up. A valid duration is greater than zero and at most 36 500 days.
 * A declaration file must write the unit; a bare number is refused there.
 */
export type Duration = number | DurationText | DurationParts;

/**
 * A decimal number and its unit: `ms`, `s`, `m` (minutes), `h` or `d`. The type also admits a sign and an exponent;
 * both are refused at run time.
 */
export type DurationText = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** Parts of a duration, which add up. At least one is required. */
export interface DurationParts {
  readonly days?: number | undefined;
  readonly hours?: number | undefined;
  readonly minutes?: number | undefined;
  readonly seconds?: number | undefined;
  readonly milliseconds?: number | undefined;
}
