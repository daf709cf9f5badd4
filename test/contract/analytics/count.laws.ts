import assert from 'node:assert/strict';
import type { AnalyticsSeriesRange } from '../../../src/interfaces/analytics.js';
import { type AnalyticsLaw, DAY, HOUR, law, lawOfShared, MINUTE, range, yesterday } from './subject.js';

/** Laws of counts by time. */
export const countLaws: readonly AnalyticsLaw[] = [
  law('an event counts in its minute, its hour and its day of UTC, to the millisecond', async (open) => {
    const one = await open();
    const start = yesterday(one);
    await one.analytics.record('e', { at: new Date(start - 1) });
    await one.analytics.record('e', { at: new Date(start), by: 10 });
    await one.analytics.record('e', { at: new Date(start + MINUTE - 1), by: 100 });
    for (const per of ['minute', 'hour', 'day'] as const) {
      const length = { minute: MINUTE, hour: HOUR, day: DAY }[per];
      const around = { ...range(start - length, start + length), per } as AnalyticsSeriesRange;
      assert.deepEqual(await one.analytics.series('e', around), [
        { at: new Date(start - length), count: 1 },
        { at: new Date(start), count: 110 },
      ]);
    }
  }),
  law('an event without a moment counts now', async (open) => {
    const { analytics, now } = await open();
    const from = now() - MINUTE;
    await analytics.record('e', { user: 'ada', values: { page: '/' } });
    const around = range(from, now() + 2 * MINUTE);
    assert.equal(await analytics.total('e', around), 1);
    assert.equal(await analytics.uniques('e', around), 1);
    assert.deepEqual(await analytics.top('e', 'page', 1, around), [{ value: '/', count: 1 }]);
    const parts = await Promise.all(
      (['minute', 'hour', 'day'] as const).map((per) => analytics.total('e', { ...around, per })),
    );
    assert.deepEqual(parts, [1, 1, 1]);
  }),
  law('a series has every bucket that its range touches, in the order of time, and zeros', async (open) => {
    const one = await open();
    const start = yesterday(one);
    await one.analytics.record('e', { at: new Date(start + 5 * HOUR), by: 3 });
    const series = await one.analytics.series('e', {
      ...range(start + 1, start + 23 * HOUR + 1),
      per: 'hour',
    });
    assert.deepEqual(
      series,
      Array.from({ length: 24 }, (_, hour) => ({
        at: new Date(start + hour * HOUR),
        count: hour === 5 ? 3 : 0,
      })),
    );
    const none = await one.analytics.series('unknown', { ...range(start, start + DAY), per: 'day' });
    assert.deepEqual(none, [{ at: new Date(start), count: 0 }]);
  }),
  law('a total counts the minutes of its range, each once, wherever it begins and ends', async (open) => {
    const one = await open();
    const start = yesterday(one) - DAY / 2;
    const moments = [0, MINUTE, 7 * HOUR, DAY / 2 - 1, DAY / 2, DAY, 1.4 * DAY];
    for (const [index, at] of moments.entries()) {
      await one.analytics.record('e', { at: new Date(start + at), by: 2 ** index });
    }
    for (const from of [0, MINUTE, 7 * HOUR + MINUTE, DAY / 2]) {
      for (const to of [MINUTE, DAY / 2, DAY, DAY + MINUTE, 1.5 * DAY].filter((end) => end > from)) {
        const expected = moments.reduce(
          (sum, at, index) => sum + (at >= from && at < to ? 2 ** index : 0),
          0,
        );
        assert.equal(await one.analytics.total('e', range(start + from, start + to)), expected);
      }
    }
    assert.equal(await one.analytics.total('e', range(start + 1, start + 2)), 1, 'its minute as a whole');
  }),
  law('events at once are all counted', async (open) => {
    const one = await open();
    const at = new Date(yesterday(one));
    const events = Array.from({ length: 200 }, (_, index) =>
      (index % 2 ? one.analytics : one.twin).record('e', {
        at,
        by: 2,
        user: `u${index % 5}`,
        values: { page: `p${index % 4}` },
      }),
    );
    await Promise.all(events);
    const day = range(at.getTime(), at.getTime() + DAY);
    assert.equal(await one.analytics.total('e', day), 400);
    assert.equal(await one.analytics.uniques('e', day), 5);
    assert.deepEqual(
      await one.analytics.top('e', 'page', 9, day),
      ['p0', 'p1', 'p2', 'p3'].map((value) => ({ value, count: 100 })),
    );
    assert.deepEqual({ ...(await one.analytics.ofUser('u3')) }, { e: 80 });
  }),
  lawOfShared('events of several components with one prefix are counted together', async (open) => {
    const one = await open();
    const start = yesterday(one);
    await one.analytics.record('e', { at: new Date(start), user: 'ada' });
    await one.twin.record('e', { at: new Date(start), user: 'ada' });
    assert.equal(await one.twin.total('e', range(start, start + DAY)), 2);
    assert.deepEqual({ ...(await one.analytics.ofUser('ada')) }, { e: 2 });
  }),
];
