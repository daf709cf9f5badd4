import { z } from 'zod';
import { shapeOf } from './shape.js';

/** Constraints of a schema, in the terms of JSON Schema. */
type Bounds = z.core.JSONSchema.BaseSchema;

/** Describes the values that a schema accepts, worded to follow "expected". */
export function expectation(schema: z.ZodType): string {
  const { schema: inner, definition, kind } = shapeOf(schema);
  if (kind.expected !== undefined) return kind.expected;
  const { type, values, entries, options } = definition;
  if (options !== undefined) return [...new Set(options.map(expectation))].join(' or ');
  if (values !== undefined) return oneOf(values);
  if (entries !== undefined) return oneOf(Object.values(entries));
  switch (type) {
    case 'number':
      return numberExpectation(boundsOf(inner));
    case 'string':
      return stringExpectation(boundsOf(inner));
    case 'boolean':
      return 'true or false';
    case 'object':
    case 'record':
    case 'intersection':
      return 'a map';
    case 'array':
    case 'tuple':
      return 'a list';
    case 'null':
      return 'null';
    default:
      return 'a valid value';
  }
}

/** Lists choices, worded to follow "expected". */
export function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return shown.length === 1 ? String(shown[0]) : `one of ${shown.join(', ')}`;
}

function boundsOf(schema: z.ZodType): Bounds {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function numberExpectation({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string {
  const noun = type === 'integer' ? 'a whole number' : 'a number';
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return `${noun} from ${least} to ${most}`;
  const limits = [
    least !== undefined && `at least ${least}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    most !== undefined && `at most ${most}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
  ].filter((limit) => limit !== false);
  return limits.length === 0 ? noun : `${noun}, ${limits.join(' and ')}`;
}

function stringExpectation({ minLength, maxLength, format, pattern }: Bounds): string {
  if (format !== undefined) return `a string in the format ${format}`;
  if (pattern !== undefined) return `a string matching ${pattern}`;
  if (minLength === 1 && maxLength === undefined) return 'a non-empty string';
  if (minLength !== undefined && maxLength !== undefined)
    return `a string of ${minLength} to ${maxLength} characters`;
  if (minLength !== undefined) return `a string of at least ${minLength} characters`;
  return maxLength === undefined ? 'a string' : `a string of at most ${maxLength} characters`;
}
