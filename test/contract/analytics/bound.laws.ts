import assert from 'node:assert/strict';
import type { IAnalytics } from '../../../src/interfaces/analytics.js';
import { rejectsWith } from '../expectations.js';
import { type AnalyticsLaw, DAY, law, range, yesterday } from './subject.js';

const invalid = (value: unknown): never => value as never;
const LONG = 'x'.repeat(1025);

/** Calls that no implementation may accept, and what is wrong with them. */
function badCalls(day: ReturnType<typeof range>): [string, (analytics: IAnalytics) => Promise<unknown>][] {
  const { from, to } = day;
  const records = [
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null].map((by) => ({ by })),
    ...[new Date(Number.NaN), 1, '2026-11-28', null, new Date(-1)].map((at) => ({ at })),
    ...['', LONG, '\ud800', 1, null].map((user) => ({ user })),
    ...[{ '': 'x' }, { page: '' }, { page: 1 }, { page: LONG }, 'page', null, ['page']].map((values) => ({
      values,
    })),
    { values: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`f${index}`, 'x'])) },
    { users: 'ada' },
    { signal: 'now' },
  ];
  const ranges = [
    ...[undefined, null, {}, { from }, { to }, { from: to, to: from }, { from, to: from }],
    ...[
      { from: 1, to },
      { from, to: new Date(Number.NaN) },
      { from, to, per: 'week' },
      { from, to, by: 1 },
    ],
    { from, to: new Date(from.getTime() + 3001 * 60_000), per: 'minute' },
  ];
  return [
    ...['', LONG, '\ud800', undefined, 1].map((event): [string, (one: IAnalytics) => Promise<unknown>] => [
      'event',
      (one) => one.record(invalid(event)),
    ]),
    ...records.map((options): [string, (one: IAnalytics) => Promise<unknown>] => [
      `record ${JSON.stringify(options)?.slice(0, 60)}`,
      (one) => one.record('e', invalid(options)),
    ]),
    ...ranges.flatMap((bad): [string, (one: IAnalytics) => Promise<unknown>][] => [
      [`total ${JSON.stringify(bad)}`, (one) => one.total('e', invalid(bad))],
      [
        `series ${JSON.stringify(bad)}`,
        (one) => one.series('e', invalid({ per: 'minute', ...(bad ?? { per: 1 }) })),
      ],
      [`uniques ${JSON.stringify(bad)}`, (one) => one.uniques('e', invalid(bad))],
      [`top ${JSON.stringify(bad)}`, (one) => one.top('e', 'page', 1, invalid(bad))],
    ]),
    ['series without per', (one) => one.series('e', invalid({ from, to }))],
    ...[0, -1, 1.5, 1001, Number.NaN, '1'].map((n): [string, (one: IAnalytics) => Promise<unknown>] => [
      `top ${n}`,
      (one) => one.top('e', 'page', invalid(n), day),
    ]),
    ['top of no field', (one) => one.top('e', '', 1, day)],
    ['user', (one) => one.ofUser('')],
  ];
}

/** Laws of refusals. */
export const boundLaws: readonly AnalyticsLaw[] = [
  law('an invalid event, user, value, date or range is refused, and nothing is counted', async (open) => {
    const one = await open();
    const day = range(yesterday(one), yesterday(one) + DAY);
    for (const [what, call] of badCalls(day)) {
      await rejectsWith('E_ARGUMENT', what, () => call(one.analytics));
    }
    assert.equal(await one.analytics.total('e', range(one.now() - DAY, one.now() + DAY)), 0);
  }),
  law(
    'a count that would no longer be exact is refused, and nothing of the event is counted',
    async (open) => {
      const one = await open();
      const start = yesterday(one);
      const at = new Date(start);
      const most = Number.MAX_SAFE_INTEGER;
      await one.analytics.record('e', { at, by: most - 1, values: { page: '/' } });
      const more = { at: new Date(start + DAY / 2), by: 2, values: { page: '/' } };
      await rejectsWith('E_OPERATION_REFUSED', 'the sum', () => one.analytics.record('e', more));
      const day = range(start, start + DAY);
      assert.equal(await one.analytics.total('e', { ...day, per: 'hour' }), most - 1);
      await one.analytics.record('e', { at, values: { page: '/' } });
      assert.equal(await one.analytics.total('e', day), most);
      assert.deepEqual(await one.analytics.top('e', 'page', 1, day), [{ value: '/', count: most }]);
    },
  ),
  law('an event more than a user may have is refused, and the others go on', async (open) => {
    const one = await open({ maxUserEvents: 2 });
    for (const event of ['a', 'b']) await one.analytics.record(event, { user: 'ada' });
    await rejectsWith('E_OPERATION_REFUSED', 'the third', () => one.analytics.record('c', { user: 'ada' }));
    await one.analytics.record('b', { user: 'ada' });
    await one.analytics.record('c', { user: 'bob' });
    assert.deepEqual({ ...(await one.analytics.ofUser('ada')) }, { a: 1, b: 2 });
  }),
  law('a call of analytics whose signal has aborted is refused and counts nothing', async (open) => {
    const one = await open();
    const day = range(yesterday(one), one.now() + DAY);
    const options = { signal: AbortSignal.abort() };
    const calls = [
      () => one.analytics.record('e', options),
      () => one.analytics.series('e', { ...day, per: 'day' }, options),
      () => one.analytics.total('e', day, options),
      () => one.analytics.uniques('e', day, options),
      () => one.analytics.top('e', 'page', 1, day, options),
      () => one.analytics.ofUser('ada', options),
    ];
    for (const call of calls) {
      const error = await rejectsWith('E_ABORTED', 'an aborted call', call);
      assert.equal((error as { outcome?: unknown }).outcome, 'not-sent');
    }
    assert.equal(await one.analytics.total('e', day), 0);
  }),
  law('analytics that are closed reject', async (open) => {
    const one = await open();
    const day = range(yesterday(one), one.now() + DAY);
    await one.analytics.close();
    await one.analytics.close();
    await rejectsWith('E_DISPOSED', 'record', () => one.analytics.record('e'));
    await rejectsWith('E_DISPOSED', 'total', () => one.analytics.total('e', day));
    await rejectsWith('E_DISPOSED', 'ofUser', () => one.analytics.ofUser('ada'));
  }),
];
