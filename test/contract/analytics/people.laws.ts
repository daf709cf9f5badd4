import assert from 'node:assert/strict';
import { type AnalyticsLaw, DAY, HOUR, law, MINUTE, range, yesterday } from './subject.js';

const NAMES = ['a', 'a}', '{a}', '%7Ba%7D', 'a:b', 'a:user', '*', '__proto__', 'constructor', '\0', 'ä', ' '];

/** Laws of users and of values. */
export const peopleLaws: readonly AnalyticsLaw[] = [
  law('different users count once, over several buckets too, within one per cent', async (open) => {
    const one = await open();
    const start = yesterday(one);
    const visits = Array.from({ length: 3000 }, (_, index) => index);
    await Promise.all(
      visits.map((index) =>
        one.analytics.record('e', {
          at: new Date(start + (index % 3) * HOUR),
          user: `user ${index % 2000}`,
        }),
      ),
    );
    const users = await one.analytics.uniques('e', range(start, start + DAY));
    assert.ok(Math.abs(users - 2000) <= 20, `${users} of 2000`);
    assert.equal(await one.analytics.uniques('e', range(start - DAY, start)), 0);
    const hour = await one.analytics.uniques('e', range(start, start + HOUR));
    assert.ok(Math.abs(hour - 1000) <= 10, `${hour} of 1000`);
  }),
  law('the most frequent values come first, and equal counts in the order of their bytes', async (open) => {
    const one = await open();
    const start = yesterday(one);
    const counts = { b: 2, ä: 2, Z: 2, '🙂': 2, '\uffff': 2, z: 1, most: 9 };
    for (const [page, by] of Object.entries(counts)) {
      for (let time = 0; time < by; time += 1) {
        const at = new Date(start + time * HOUR);
        await one.analytics.record('e', { at, values: { page, other: 'x' } });
      }
    }
    const day = range(start, start + DAY);
    const expected = ['most', 'Z', 'b', 'ä', '\uffff', '🙂', 'z'].map((value) => ({
      value,
      count: counts[value as 'b'],
    }));
    for (const n of [1, 3, 6, 7, 1000]) {
      assert.deepEqual(await one.analytics.top('e', 'page', n, day), expected.slice(0, n));
    }
    const hour = range(start + HOUR, start + 2 * HOUR, 'hour');
    assert.deepEqual(await one.analytics.top('e', 'page', 2, hour), [
      { value: 'Z', count: 1 },
      { value: 'b', count: 1 },
    ]);
    assert.deepEqual(await one.analytics.top('e', 'unknown', 5, day), []);
  }),
  law('a frequent value is never missing, however many values there are', async (open) => {
    const one = await open({ maxValues: 3 });
    const at = new Date(yesterday(one));
    const day = range(at.getTime(), at.getTime() + DAY);
    for (let time = 0; time < 12; time += 1) {
      await one.analytics.record('e', { at, values: { page: 'frequent' } });
      await one.analytics.record('e', { at, values: { page: `rare ${time}` } });
    }
    const top = await one.analytics.top('e', 'page', 10, day);
    assert.equal(top.length, 3);
    assert.deepEqual(top[0], { value: 'frequent', count: 12 });
    assert.equal(
      top.reduce((sum, { count }) => sum + count, 0),
      24,
    );
  }),
  law('counts of a user are its own, by event', async (open) => {
    const one = await open();
    const at = new Date(yesterday(one));
    await one.analytics.record('click', { user: 'ada', at });
    await one.analytics.record('click', { user: 'ada', by: 4 });
    await one.analytics.record('view', { user: 'ada' });
    await one.analytics.record('view', { user: 'bob' });
    await one.analytics.record('view');
    assert.deepEqual({ ...(await one.analytics.ofUser('ada')) }, { click: 5, view: 1 });
    assert.deepEqual({ ...(await one.analytics.ofUser('bob')) }, { view: 1 });
    assert.deepEqual({ ...(await one.analytics.ofUser('eve')) }, {});
  }),
  law('events, users, fields and values of all characters are kept apart', async (open) => {
    const one = await open();
    const start = yesterday(one);
    const at = new Date(start);
    for (const [index, name] of NAMES.entries()) {
      const values = Object.fromEntries([[name, name]]);
      await one.analytics.record(name, { at, by: index + 1, user: name, values });
    }
    const day = range(start, start + DAY);
    for (const [index, name] of NAMES.entries()) {
      const count = index + 1;
      assert.equal(await one.analytics.total(name, day), count, JSON.stringify(name));
      assert.equal(await one.analytics.uniques(name, day), 1);
      assert.deepEqual(await one.analytics.top(name, name, 9, day), [{ value: name, count }]);
      assert.deepEqual(Object.entries(await one.analytics.ofUser(name)), [[name, count]]);
    }
  }),
  law('counts end when their retention does: minutes first, days last', async (open) => {
    const one = await open({ keepMinutes: HOUR, keepHours: 3 * DAY, keepDays: 9 * DAY });
    const start = yesterday(one);
    const event = { at: new Date(start), user: 'ada', values: { page: '/' } };
    await one.analytics.record('e', event);
    const totals = async (): Promise<number[]> =>
      Promise.all(
        (['minute', 'hour', 'day'] as const).map((per) =>
          one.analytics.total('e', range(start, start + MINUTE, per)),
        ),
      );
    assert.deepEqual(await totals(), [0, 1, 1]);
    await one.advance(4 * DAY);
    assert.deepEqual(await totals(), [0, 0, 1]);
    assert.equal(await one.analytics.uniques('e', range(start, start + DAY)), 1);
    await one.advance(6 * DAY);
    assert.deepEqual(await totals(), [0, 0, 0]);
    assert.equal(await one.analytics.uniques('e', range(start, start + DAY)), 0);
    assert.deepEqual(await one.analytics.top('e', 'page', 1, range(start, start + DAY)), []);
  }),
  law('counts of a user end when nothing was counted for their retention', async (open) => {
    const one = await open({ keepUsers: 2 * DAY });
    await one.analytics.record('e', { user: 'ada' });
    await one.advance(DAY);
    await one.analytics.record('e', { user: 'ada' });
    await one.advance(1.9 * DAY);
    assert.deepEqual({ ...(await one.analytics.ofUser('ada')) }, { e: 2 });
    await one.advance(0.2 * DAY);
    assert.deepEqual({ ...(await one.analytics.ofUser('ada')) }, {});
  }),
];
