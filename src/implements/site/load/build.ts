import {
  ConfigurationError,
  ConnectionError,
  OperationError,
  ResolutionError,
} from '../../../interfaces/errors.js';
import { missingMembers } from '../../../interfaces/interface-token.js';
import type { Declaration } from '../check/validate.js';
import { reasonOf } from '../classes/classes.js';
import { Problems } from '../text/problems.js';
import type { RunningComponent } from './lifecycle.js';
import { LoadingSite, type StagedComponents } from './loading-site.js';
import type { BuildPlan } from './resolve.js';

/** A component of the load in progress. */
export interface BuiltComponent extends RunningComponent {
  readonly declaration: Declaration;
  /** Components of the same load that it references or looked up while it was built. */
  readonly dependencies: ReadonlySet<object>;
}

/**
 * Builds the components of a plan one by one, and stages each for the ones that follow.
 *
 * @param built  Receives each component as soon as it exists, so that a failing load can close it.
 */
export async function buildAll(
  plan: BuildPlan,
  staged: StagedComponents,
  built: BuiltComponent[],
  source: string,
): Promise<void> {
  const components = new Map<Declaration, object>();
  for (const { declaration, dependencies } of plan) {
    const uses = new Set(dependencies.flatMap((dependency) => components.get(dependency) ?? []));
    const component = await buildOne(declaration, new LoadingSite(staged, uses), source);
    built.push({ component, label: declaration.className, declaration, dependencies: uses });
    checkComponent(declaration, component, source);
    components.set(declaration, component);
    for (const { description, name } of declaration.entries) staged.add(description, name, component);
  }
}

/**
 * Converts an error of a component into an error of the load, with the place of its declaration and the original as
 * cause. Errors that tell who must act (a connection, a missing package) keep their class and code.
 */
export function failureOf(declaration: Declaration, what: string, cause: unknown, source: string): unknown {
  if (ConfigurationError.is(cause)) return cause;
  const report = refusal(
    declaration,
    `${declaration.className} failed to ${what}: ${reasonOf(cause)}`,
    source,
    cause,
  );
  const { message } = report;
  if (ConnectionError.is(cause)) return new ConnectionError(cause.code, message, cause.outcome, { cause });
  if (OperationError.is(cause)) {
    const reason = cause.reason === undefined ? {} : { reason: cause.reason };
    return new OperationError(cause.code, message, cause.outcome, { cause, ...reason });
  }
  if (ResolutionError.is(cause)) return new ResolutionError(cause.code, message, { cause });
  return report;
}

async function buildOne(declaration: Declaration, site: LoadingSite, source: string): Promise<object> {
  let component: unknown;
  try {
    const made = declaration.create(site);
    component = made instanceof Promise ? await made : made;
  } catch (error) {
    throw failureOf(declaration, 'be built', error, source);
  }
  const isObject = (typeof component === 'object' && component !== null) || typeof component === 'function';
  const { className } = declaration;
  if (!isObject) {
    const got = component === null ? 'null' : typeof component;
    throw refusal(declaration, `expected ${className} to create an object, got ${got}`, source);
  }
  // Checked here: an async function that returns a thenable waits for it.
  if (typeof (component as { then?: unknown }).then === 'function') {
    throw refusal(
      declaration,
      `expected ${className} to create a component, got a thenable (an object with a method then)`,
      source,
    );
  }
  return component as object;
}

function checkComponent(declaration: Declaration, component: object, source: string): void {
  const problems = new Problems(source);
  for (const { description, place, path } of declaration.entries) {
    const missing = missingMembers(description, component);
    if (missing.length === 0) continue;
    const message = `expected ${declaration.className} to implement ${description.name}, got one without ${missing.join(', ')}`;
    problems.add({ code: 'E_CONFIG_SCHEMA', place, path, message });
  }
  problems.throwIfAny();
}

function refusal({ place, path }: Declaration, message: string, source: string, cause?: unknown): Error {
  const problems = new Problems(source);
  problems.add({ code: 'E_CONFIG_SCHEMA', place, path: `${path}.class`, message, cause });
  return problems.error();
}
