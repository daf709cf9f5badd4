import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { MapNode } from '../text/node.js';
import type { Problems } from '../text/problems.js';
import { OptionReader, type Reference } from './option-reader.js';

/** Options of a declaration, ready for `create`, and their references to components. */
interface CheckedOptions {
  readonly value: unknown;
  readonly references: readonly Reference[];
}

/** Options of one declaration, as written in the file. */
interface WrittenOptions {
  readonly node: MapNode;
  /** Path of the declaration, such as `[0]`. */
  readonly path: string;
  readonly className: string;
  /** Path of the declaration file, to which `file` options are relative. */
  readonly base: string | undefined;
}

/**
 * Checks the options of a declaration against the schema of its class and reports all problems.
 *
 * @param schema  `undefined`: the class takes the options as written.
 */
export async function checkOptions(
  written: WrittenOptions,
  schema: z.ZodType | undefined,
  problems: Problems,
): Promise<CheckedOptions> {
  const { node, path, className, base } = written;
  const resolveFile = (file: string) => (base === undefined ? file : resolve(dirname(base), file));
  const reader = new OptionReader({ className, resolveFile, problems });
  const value = reader.read(node, schema, path);
  // Modules that only a mistake needs are imported when there is one.
  if (reader.unknown.length > 0) {
    const { reportUnknown } = await import('./unknown-option.js');
    for (const option of reader.unknown) reportUnknown(option, className, problems);
  }
  if (schema === undefined) return { value, references: [] };
  try {
    const result = await schema.safeParseAsync(value);
    if (result.success) return { value: result.data, references: reader.references };
    const { IssueReport } = await import('./issue-report.js');
    const report = new IssueReport({ node, path, schema, problems });
    for (const issue of result.error.issues) report.add(issue, []);
  } catch (cause) {
    const message = `the schema of ${className} threw while it checked the options`;
    problems.add({ code: 'E_CONFIG_SCHEMA', place: node.place, path, message, cause });
  }
  return { value, references: reader.references };
}
