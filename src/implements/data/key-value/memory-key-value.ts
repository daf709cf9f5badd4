import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { maxValueBytesOption, sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { NamedValues } from '../../foundation/store/named-values.js';
import { CheckedKeyValue } from './checked-key-value.js';
import { MemoryValueStore } from './memory-value-store.js';

const declared = z
  .strictObject({
    maxEntries: z
      .int()
      .min(1)
      .default(100_000)
      .describe('Maximum number of keys; a write that needs one more is refused, and nothing is evicted.'),
    maxBytes: sizeOption()
      .default(64 * 1024 ** 2)
      .describe('Maximum memory of all keys and values; a write that needs more is refused.'),
    maxValueBytes: maxValueBytesOption(),
    clock: referenceOption('IClock')
      .optional()
      .describe('Clock that measures lives. Default: the monotonic system clock.'),
  })
  .describe('Values by key in the memory of this process.');

/** Options of a `MemoryKeyValue` that is constructed in code. */
export interface MemoryKeyValueOptions extends Omit<z.input<typeof declared>, 'clock'> {
  /** Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/**
 * Values by key in the memory of this process: not shared with others, and gone when it ends. When there is no room, a
 * write is refused with the reason `OOM`; what was there stays.
 *
 * @example
 * ```ts
 * const store = new MemoryKeyValue({ maxEntries: 10_000, maxBytes: '16MiB' });
 * ```
 */
export class MemoryKeyValue extends CheckedKeyValue implements IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryKeyValue> = {
    options: declared,
    create: (site, { clock, ...options }) =>
      new MemoryKeyValue({
        ...options,
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
      }),
  };

  readonly #values: NamedValues<Uint8Array>;

  constructor({ clock = new SystemClock(), ...options }: MemoryKeyValueOptions = {}) {
    const { maxEntries, maxBytes, maxValueBytes } = parseOptions(declared, 'MemoryKeyValue', options);
    const values = new NamedValues<Uint8Array>({ maxEntries, maxBytes, clock });
    super(new MemoryValueStore(values, clock), 'MemoryKeyValue', maxValueBytes);
    this.#values = values;
  }

  /** Removes all values. Later calls reject with a `DisposedError`. */
  override async close(): Promise<void> {
    await super.close();
    this.#values.clear();
  }
}
