import type { z } from 'zod';
import { optionsOf, shapeOf } from './shape.js';

/** Parsed default values by option name: durations in milliseconds, sizes in bytes. */
type Defaults<Schema extends z.ZodType, Name extends keyof z.output<Schema>> = {
  readonly [Each in Name]-?: NonNullable<z.output<Schema>[Each]>;
};

/**
 * Reads the defaults of some options from their schema, the only place where a default is written.
 *
 * @throws {TypeError} when an option has no default.
 */
export function defaultsOf<Schema extends z.ZodType, const Name extends keyof z.output<Schema> & string>(
  schema: Schema,
  names: readonly Name[],
): Defaults<Schema, Name> {
  const options = optionsOf(schema);
  const defaults = names.map((name) => {
    const option = options.get(name);
    const written = option && shapeOf(option).default;
    if (option === undefined || written === undefined) throw new TypeError(`expected a default of ${name}`);
    return [name, option.parse(written)];
  });
  return Object.freeze(Object.fromEntries(defaults)) as Defaults<Schema, Name>;
}
