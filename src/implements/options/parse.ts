import type { z } from 'zod';
import { ArgumentError } from '../../interfaces/errors.js';

/**
 * The options of a component that is constructed in code, checked by the schema that declarations are checked by.
 *
 * @throws {ArgumentError} naming every option that is wrong; no value is shown.
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  component: string,
  options: unknown,
): z.output<Schema> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  throw new ArgumentError(`options of ${component}: ${problems.join('; ')}`);
}
