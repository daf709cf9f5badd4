import { expect, it } from 'vitest';
import { BULK, groupBySlot } from '../../../src/implements/redis/keys/slot-groups.js';

const parity = (number: number) => number % 2;

it('groupBySlot puts items that share a slot into one group, in the given order', () => {
  expect(groupBySlot([1, 2, 3, 4, 5], parity)).toEqual([
    [1, 3, 5],
    [2, 4],
  ]);
  expect(groupBySlot([], parity)).toEqual([]);
});

it('groupBySlot makes no group larger than a bulk', () => {
  const items = Array.from({ length: 4 * BULK + 2 }, (_, index) => index);
  const groups = groupBySlot(items, parity);
  expect(groups.map((group) => group.length)).toEqual([BULK, BULK, BULK, BULK, 1, 1]);
  expect(groups.flat().sort((a, b) => a - b)).toEqual(items);
});
