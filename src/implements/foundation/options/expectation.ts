import { z } from 'zod';
import { shapeOf } from './shape.js';

/** What the checks of a schema say, as JSON Schema says it. */
type Bounds = z.core.JSONSchema.BaseSchema;

/** What a schema expects, in words that fit behind "expected". */
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
      return 'another value';
  }
}

/** Choices, in words that fit behind "expected". */
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
  if (format !== undefined) return `a text in the format ${format}`;
  if (pattern !== undefined) return `a text that matches ${pattern}`;
  if (minLength === 1 && maxLength === undefined) return 'a text that is not empty';
  if (minLength !== undefined && maxLength !== undefined)
    return `a text of ${minLength} to ${maxLength} characters`;
  if (minLength !== undefined) return `a text of at least ${minLength} characters`;
  return maxLength === undefined ? 'a text' : `a text of at most ${maxLength} characters`;
}
