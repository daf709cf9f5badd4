import type { AnalyticsRange, IAnalytics } from '../../../src/interfaces/analytics.js';
import type { Law, Opened, Subject } from '../law.js';

/** `shared`: other processes can count the same events. */
export type AnalyticsCapability = 'shared';

export interface AnalyticsOptions {
  readonly keepMinutes?: number;
  readonly keepHours?: number;
  readonly keepDays?: number;
  readonly keepUsers?: number;
  readonly maxValues?: number;
  readonly maxUserEvents?: number;
}

/** Analytics that a law can close. */
export type ClosableAnalytics = IAnalytics & { close(): Promise<void> };

/** Analytics that were opened for one law. */
export interface OpenAnalytics extends Opened {
  readonly analytics: ClosableAnalytics;
  /** Another component with the same counts; the same one where there is no other. */
  readonly twin: IAnalytics;
  /** Time of the store, in milliseconds since 1970. */
  now(): number;
  /** Lets time pass for what is kept. */
  advance(ms: number): Promise<void>;
}

export type AnalyticsLaw = Law<AnalyticsCapability, OpenAnalytics, AnalyticsOptions>;
export type AnalyticsSubject = Subject<AnalyticsCapability, OpenAnalytics, AnalyticsOptions>;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A law of all analytics. */
export function law(title: string, prove: AnalyticsLaw['prove']): AnalyticsLaw {
  return { title, needs: [], prove };
}

/** A law of those whose counts others can share. */
export function lawOfShared(title: string, prove: AnalyticsLaw['prove']): AnalyticsLaw {
  return { title, needs: ['shared'], prove };
}

/** Start of the day of UTC before the current one: whole, and kept by all defaults. */
export function yesterday({ now }: OpenAnalytics): number {
  return Math.floor(now() / DAY) * DAY - DAY;
}

/** A range of milliseconds. */
export function range(fromMs: number, toMs: number, per?: AnalyticsRange['per']): AnalyticsRange {
  return { from: new Date(fromMs), to: new Date(toMs), per };
}
