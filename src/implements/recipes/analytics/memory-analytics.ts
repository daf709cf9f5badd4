import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { NamedValues } from '../../foundation/store/named-values.js';
import { analyticsLimits, analyticsShape } from './analytics-options.js';
import { CheckedAnalytics } from './checked-analytics.js';
import { MemoryEvents } from './memory/memory-events.js';

const declared = z
  .strictObject({
    ...analyticsShape,
    maxBytes: sizeOption()
      .default(64 * 1024 ** 2)
      .describe('Maximum memory of all counts; an event that needs more is refused, and nothing is evicted.'),
    clock: referenceOption('IClock').optional().describe('Clock. Default: the monotonic system clock.'),
  })
  .describe('Counts of events in the memory of this process.');

/** Options of a `MemoryAnalytics` that is constructed in code. */
export interface MemoryAnalyticsOptions extends Omit<z.input<typeof declared>, 'clock'> {
  /** Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/**
 * Counts of events in the memory of this process, for tests and for applications of one process; they end with it. When
 * there is no room, an event is refused with the reason `OOM`, and nothing of it is counted.
 *
 * @example
 * ```ts
 * const local = new MemoryAnalytics({ keepDays: '90d', maxBytes: '16MiB' });
 * ```
 */
export class MemoryAnalytics extends CheckedAnalytics implements IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryAnalytics> = {
    options: declared,
    create: (site, { clock, ...options }) =>
      new MemoryAnalytics({
        ...options,
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
      }),
  };

  readonly #held: { clear(): void };

  constructor({ clock = new SystemClock(), ...options }: MemoryAnalyticsOptions = {}) {
    const { maxBytes, ...limits } = parseOptions(declared, 'MemoryAnalytics', options);
    const maxEntries = Number.POSITIVE_INFINITY;
    const held = new NamedValues<never>({ maxEntries, maxBytes, clock });
    super(new MemoryEvents(held, clock, analyticsLimits(limits)), 'MemoryAnalytics');
    this.#held = held;
  }

  /** Removes all counts. Later calls reject with a `DisposedError`. */
  override async close(): Promise<void> {
    await super.close();
    this.#held.clear();
  }
}
