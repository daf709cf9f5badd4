import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationMs,
  durationOption,
  MAX_DURATION_MS,
  requireDurationMs,
} from '../../../src/implements/foundation/options/duration.js';
import { sizeOption } from '../../../src/implements/foundation/options/size.js';

describe('durationMs', () => {
  it.each([
    [1, 1],
    [0.2, 1],
    [1.5, 2],
    ['250ms', 250],
    ['0.1ms', 1],
    ['1.1s', 1100],
    ['1.5h', 5_400_000],
    ['2m', 120_000],
    ['7d', 604_800_000],
    ['36500d', MAX_DURATION_MS],
    [{ hours: 1, minutes: 30 }, 5_400_000],
    [{ days: 1, hours: 0, seconds: 1, milliseconds: 0.5 }, 86_401_001],
    [{ minutes: 1, hours: undefined }, 60_000],
  ])('durationMs reads %j as %d ms', (duration, ms) => {
    expect(durationMs(duration)).toBe(ms);
  });

  it.each([
    [0],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [MAX_DURATION_MS + 1],
    ['40000d'],
    ['0s'],
    ['-5s'],
    ['5'],
    ['5 s'],
    ['5 parsecs'],
    ['1e3s'],
    [' 5s'],
    ['.5s'],
    ['5.s'],
    [''],
    [{}],
    [{ years: 1 }],
    [{ hours: -1 }],
    [{ hours: '1' }],
    [{ hours: Number.NaN }],
    [{ hours: 0 }],
    [null],
    [undefined],
    [true],
    [[]],
    [new Date(5)],
    [{ toString: 1 }],
    [{ __proto__: { hours: 1 } }],
  ])('durationMs refuses %o', (duration) => {
    expect(durationMs(duration)).toBeUndefined();
    expect(() => requireDurationMs(duration)).toThrow(/^expected a duration above zero/);
  });

  it('a decimal with a unit is never read as longer than written, except for the last fraction of a millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (ms) => {
        expect(durationMs(`${ms}ms`)).toBe(ms);
        expect(durationMs(`${(ms / 1000).toFixed(3)}s`)).toBe(ms);
        expect(durationMs({ seconds: ms / 1000 })).toBe(ms);
      }),
    );
  });

  it('an error shows the refused value, and shortens a long text', () => {
    expect(() => requireDurationMs('5 parsecs')).toThrow(/; got "5 parsecs"$/);
    expect(() => requireDurationMs(-1)).toThrow(/; got -1$/);
    expect(() => requireDurationMs('x'.repeat(50))).toThrow(/; got a string of 50 characters$/);
  });
});

describe('option schemas', () => {
  it('a duration option is parsed to milliseconds', () => {
    expect(durationOption().parse('1.5h')).toBe(5_400_000);
    expect(durationOption().safeParse('soon').success).toBe(false);
    expect(durationOption().safeParse({ hours: 0 }).error?.issues[0]?.message).toMatch(
      /^a duration above zero/,
    );
  });

  it.each([
    [4096, 4096],
    ['64MiB', 64 * 1024 ** 2],
    ['1.5KiB', 1536],
    ['1GiB', 1024 ** 3],
    ['7B', 7],
  ])('a size option is parsed to bytes: %j', (size, bytes) => {
    expect(sizeOption().parse(size)).toBe(bytes);
  });

  it.each([[0], [-1], [1.5], ['64MB'], ['64'], [''], [Number.NaN], [Number.POSITIVE_INFINITY], [null]])(
    'an invalid size option is refused: %o',
    (size) => {
      expect(sizeOption().safeParse(size).success).toBe(false);
    },
  );
});
