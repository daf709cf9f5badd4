import type { z } from 'zod';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { expectation } from './expectation.js';
import { childSchema, shapeOf } from './shape.js';

/**
 * Validates the options of a component that is constructed in code, by the schema that declarations use.
 *
 * @throws {ArgumentError} naming every invalid option; no string value is shown.
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  component: string,
  options: unknown,
): z.output<Schema> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => problemOf(issue, schema, options));
  throw new ArgumentError(`options of ${component}: ${problems.join('; ')}`);
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
