import type { AnalyticsRange, AnalyticsRecordOptions } from '../../../src/interfaces/analytics.js';
import { type ClosableAnalytics, HOUR, MINUTE } from '../../contract/analytics/subject.js';

/** Analytics that are wrong in one way. */
export interface AnalyticsMutant {
  /** Title of the law that they break. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  readonly change: (analytics: ClosableAnalytics) => Partial<ClosableAnalytics>;
}

function mutant(breaks: string, flaw: string, change: AnalyticsMutant['change']): AnalyticsMutant {
  return { breaks, flaw, change };
}

/** Mutant whose events are recorded with other options. */
function recording(
  breaks: string,
  flaw: string,
  change: (options: AnalyticsRecordOptions, event: string) => AnalyticsRecordOptions,
): AnalyticsMutant {
  return mutant(breaks, flaw, (one) => ({
    record: (event, options = {}) => one.record(event, change(options, event)),
  }));
}

function shifted(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}

const BORDER = 'an event counts in its minute, its hour and its day of UTC, to the millisecond';
const RANGE = 'a series has every bucket that its range touches, in the order of time, and zeros';
const TOTAL = 'a total counts the minutes of its range, each once, wherever it begins and ends';
const FREQUENT = 'the most frequent values come first, and equal counts in the order of their bytes';
const INVALID = 'an invalid event, user, value, date or range is refused, and nothing is counted';
const APART = 'events, users, fields and values of all characters are kept apart';
const ENDS = 'counts end when their retention does: minutes first, days last';

/** One flaw each. */
export const analyticsMutants: readonly AnalyticsMutant[] = [
  recording(BORDER, 'has days of another time zone', ({ at, ...rest }) => ({
    ...rest,
    at: at && shifted(at, HOUR),
  })),
  recording(BORDER, 'rounds to the second', ({ at, ...rest }) => ({
    ...rest,
    at: at && new Date(Math.round(at.getTime() / 1000) * 1000),
  })),
  recording('an event without a moment counts now', 'takes the first day of all', (options) => ({
    at: new Date(0),
    ...options,
  })),
  mutant(RANGE, 'leaves out buckets without events', (one) => ({
    series: async (event, range) =>
      (await one.series(event, range)).filter(({ count }, index) => count > 0 || index === 0),
  })),
  mutant(RANGE, 'begins after its range has begun', (one) => ({
    series: async (event, range) => {
      const all = await one.series(event, range);
      return all.filter(({ at }) => at >= range.from);
    },
  })),
  mutant(TOTAL, 'counts whole days', (one) => ({
    total: (event, range) => one.total(event, { ...range, per: range.per ?? 'day' }),
  })),
  mutant(TOTAL, 'counts the end of the range', (one) => ({
    total: (event, range) => one.total(event, { ...range, to: shifted(range.to, 1) }),
  })),
  mutant('events at once are all counted', 'loses events of the same moment', (one) => {
    let isBusy = false;
    return {
      record: async (event, options) => {
        if (isBusy) return;
        isBusy = true;
        await one.record(event, options).finally(() => {
          isBusy = false;
        });
      },
    };
  }),
  mutant(
    'different users count once, over several buckets too, within one per cent',
    'adds up the users of the hours',
    (one) => ({
      uniques: async (event, range) => {
        let sum = 0;
        for (let at = range.from; at < range.to; at = shifted(at, HOUR)) {
          sum += await one.uniques(event, { from: at, to: shifted(at, HOUR) });
        }
        return sum;
      },
    }),
  ),
  mutant(FREQUENT, 'sorts equal counts as text of UTF-16', (one) => ({
    top: async (event, field, n, range) => {
      const all = await one.top(event, field, 1000, range);
      const sorted = all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      return sorted.slice(0, n);
    },
  })),
  mutant(
    'a frequent value is never missing, however many values there are',
    'keeps the first values',
    (one) => {
      const known = new Set<string>();
      return {
        record: async (event, { values, ...rest } = {}) => {
          const kept = Object.entries(values ?? {}).filter(([, value]) => known.has(value) || known.size < 2);
          for (const [, value] of kept) known.add(value);
          await one.record(event, { ...rest, values: Object.fromEntries(kept) });
        },
      };
    },
  ),
  mutant('counts of a user are its own, by event', 'counts users together', (one) => ({
    record: (event, options) => one.record(event, options?.user ? { ...options, user: 'all' } : options),
    ofUser: () => one.ofUser('all'),
  })),
  mutant(APART, 'has the prototype of an object', (one) => ({
    ofUser: async (user) => {
      const counts: Record<string, number> = {};
      for (const [event, count] of Object.entries(await one.ofUser(user))) counts[event] = count;
      return counts;
    },
  })),
  mutant(APART, 'writes braces as other characters', (one) => {
    const plain = (name: string): string => name.replace(/[{}]/g, (brace) => encodeURIComponent(brace));
    return {
      record: (event, options) => one.record(plain(event), options),
      total: (event, range) => one.total(plain(event), range),
    };
  }),
  mutant(ENDS, 'keeps minutes', (one) => ({
    total: (event, range) => one.total(event, { ...range, per: range.per === 'minute' ? 'hour' : range.per }),
  })),
  mutant(ENDS, 'keeps days for ever', (one) => {
    const before = new Map<string, number>();
    return {
      total: async (event, range: AnalyticsRange) => {
        const total = Math.max(before.get(String(range.per)) ?? 0, await one.total(event, range));
        if (range.per === 'day') before.set('day', total);
        return total;
      },
    };
  }),
  mutant('counts of a user end when nothing was counted for their retention', 'keeps users', (one) => {
    let last: Record<string, number> = {};
    return {
      ofUser: async (user) => {
        const counts = await one.ofUser(user);
        if (Object.keys(counts).length > 0) last = counts;
        return last;
      },
    };
  }),
  recording(INVALID, 'takes another number for one', ({ by, ...rest }) => ({
    ...rest,
    by: Number.isSafeInteger(by) && Number(by) > 0 ? by : 1,
  })),
  mutant(INVALID, 'takes a range without an end for a minute', (one) => ({
    total: (event, range) => {
      const to = range?.to ?? (range?.from instanceof Date ? shifted(range.from, MINUTE) : undefined);
      return one.total(event, { ...range, to } as AnalyticsRange);
    },
  })),
  mutant(
    'a count that would no longer be exact is refused, and nothing of the event is counted',
    'counts as far as it can',
    (one) => ({
      record: async (event, options) => {
        await one.record(event, options).catch(async (error: unknown) => {
          await one.record(event, { ...options, by: 1 });
          throw error;
        });
      },
    }),
  ),
  mutant(
    'an event more than a user may have is refused, and the others go on',
    'counts it without its user',
    (one) => ({
      record: (event, options) =>
        one.record(event, options).catch(() => one.record(event, { ...options, user: undefined })),
    }),
  ),
  mutant(
    'a call of analytics whose signal has aborted is refused and counts nothing',
    'ignores the signal',
    (one) => ({
      record: (event, options) => one.record(event, { ...options, signal: undefined }),
    }),
  ),
  mutant('analytics that are closed reject', 'answers after its end', (one) => ({
    close: async () => void one,
  })),
];

/** Mutants of what several components share. */
export const sharedMutants: readonly AnalyticsMutant[] = [
  mutant('events of several components with one prefix are counted together', 'counts on its own', (one) => {
    let count = 0;
    return {
      record: async (event, options) => {
        count += 1;
        await one.record(event, options);
      },
      total: async () => count,
    };
  }),
];
