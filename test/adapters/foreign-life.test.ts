import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  foreignLifeMs,
  type LifeUnit,
  MILLISECONDS,
  MILLISECONDS_OR_NONE,
  SECONDS,
  SECONDS_OR_NONE,
} from '../../src/implements/adapters/foreign-life.js';

const EXPIRE = 777;
const LONGEST = 36_500 * 86_400_000;

describe('lives as other libraries state them', () => {
  it.each<[unit: string, LifeUnit, rows: readonly (readonly [life: unknown, ms: number])[]]>([
    [
      'milliseconds',
      MILLISECONDS,
      [
        [1, 1],
        [1500, 1500],
        [0.2, 1],
        [1.5, 2],
        [0, 0],
      ],
    ],
    ['milliseconds, where 0 is none', MILLISECONDS_OR_NONE, [[0, EXPIRE]]],
    [
      'seconds',
      SECONDS,
      [
        [1, 1000],
        [1.1, 1100],
        [0.0001, 1],
        [0.5, 500],
        [0, 0],
      ],
    ],
    ['seconds, where 0 is none', SECONDS_OR_NONE, [[0, EXPIRE]]],
  ])('a life in %s is converted to whole milliseconds, and nothing lives for ever', (_unit, unit, rows) => {
    const always: readonly (readonly [unknown, number])[] = [
      [undefined, EXPIRE],
      [null, EXPIRE],
      [Number.POSITIVE_INFINITY, EXPIRE],
      [Number.MAX_VALUE, LONGEST],
      [-1, 0],
      [-0.5, 0],
      [Number.NEGATIVE_INFINITY, 0],
      [Number.NaN, Number.NaN],
      ['60', Number.NaN],
      [{}, Number.NaN],
    ];
    for (const [life, ms] of [...rows, ...always]) {
      assert.equal(foreignLifeMs(life, unit, EXPIRE), ms, `${String(life)} is ${ms}`);
    }
  });
});
