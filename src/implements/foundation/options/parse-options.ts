import type { z } from 'zod';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { expectation } from './expectation.js';
import { childSchema, shapeOf } from './shape.js';

/** Placeholder of a component while the schema is applied, because a `reference` option accepts a string. */
const COMPONENT = 'a component';

/** Parsed options that hold components in place of their names. */
export type WithPorts<Options, Ports> = Omit<Options, keyof Ports> & Ports;

/**
 * Validates the options of a component that is constructed in code, by the schema that declarations use.
 *
 * @param ports  Components passed for `reference` options; `undefined` counts as omitted. The schema sees that they are
 *   present, and the result contains them unchanged.
 * @throws {ArgumentError} naming every invalid option; no string value is shown.
 */
export function parseOptions<Schema extends z.ZodType, Ports extends object = object>(
  schema: Schema,
  component: string,
  options: object,
  { ports }: { readonly ports?: Ports } = {},
): WithPorts<z.output<Schema>, Ports> {
  const given = Object.entries(ports ?? {}).filter(([, port]) => port !== undefined);
  const named = given.length === 0 ? options : { ...options, ...withEach(given, () => COMPONENT) };
  const result = schema.safeParse(named);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => problemOf(issue, schema, named));
    throw new ArgumentError(`options of ${component}: ${problems.join('; ')}`);
  }
  const parsed =
    given.length === 0 ? result.data : { ...Object(result.data), ...withEach(given, (port) => port) };
  return parsed as WithPorts<z.output<Schema>, Ports>;
}

function withEach(entries: readonly (readonly [string, unknown])[], of: (value: unknown) => unknown): object {
  return Object.fromEntries(entries.map(([name, value]) => [name, of(value)]));
}

function problemOf(issue: z.core.$ZodIssue, schema: z.ZodType, options: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...issue.path, key].map(String).join('.'));
    return `${names.join(', ')}: unknown option`;
  }
  const path = issue.path.map(String).join('.');
  let option: z.ZodType | undefined = schema;
  let value = options;
  for (const key of issue.path) {
    option = option && childSchema(option, key, value);
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  const expected = option === undefined ? undefined : expectation(option);
  if (expected === undefined || (issue.code === 'custom' && issue.message !== expected)) {
    return `${path}: ${issue.message}`;
  }
  const isShown = typeof value === 'number' && option !== undefined && shapeOf(option).kind.kind !== 'secret';
  const got = isShown ? String(value) : describe(value);
  return `${path === '' ? '' : `${path}: `}expected ${expected}, got ${got}`;
}
