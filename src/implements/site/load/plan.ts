import type { LoadOptions } from '../../../interfaces/component-site-builder.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { Catalogue } from '../catalogue.js';
import { type Declaration, validate } from '../check/validate.js';
import { givenClasses } from '../classes/given-classes.js';
import { parseDeclarations } from '../text/declaration-parser.js';
import { interpolate } from '../text/interpolate.js';
import type { DeclarationNode } from '../text/node.js';
import { NO_FILE, Problems } from '../text/problems.js';
import { syntaxOf } from '../text/read.js';
import { type BuildPlan, type ExistingEntries, resolveReferences } from './resolve.js';

/** Declarations that were checked, and can be built. */
export interface CheckedDeclarations {
  /** In the order of the file. */
  readonly declarations: readonly Declaration[];
  /** In build order. */
  readonly plan: BuildPlan;
  /** Name of the text in messages. */
  readonly source: string;
}

/**
 * Checks declarations without building anything: parse, interpolate, validate, resolve.
 *
 * @param adapt  Changes what was written before it is validated.
 * @throws {ConfigurationError} {ResolutionError} with every problem of the text.
 */
export async function checkDeclarations(
  text: string,
  options: LoadOptions,
  catalogue: Catalogue,
  existing: ExistingEntries,
  adapt: (root: DeclarationNode) => DeclarationNode = (root) => root,
): Promise<CheckedDeclarations> {
  if (typeof text !== 'string') {
    throw new ArgumentError(`expected declarations as text, got ${typeof text}`);
  }
  const { base, allow = [], classes = {}, format = 'yaml' } = options;
  const given = givenClasses(classes, catalogue);
  const problems = new Problems(base ?? NO_FILE);
  const env = { ...(options.env ?? process.env) };
  const tree = await parseDeclarations(text, syntaxOf(format, problems.source), problems);
  const interpolated = adapt(interpolate(tree, env, problems));
  const declarations = await validate(interpolated, { catalogue, given, base, allow, env }, problems);
  const plan = resolveReferences(declarations, existing, problems);
  problems.throwIfAny();
  return { declarations, plan, source: problems.source };
}
