import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import type { BuildContext, ComponentDefinition } from '../../../interfaces/component.js';
import type { IComponentSite } from '../../../interfaces/component-site.js';
import type { Catalogue } from '../catalogue.js';
import { suggestion } from '../text/suggest.js';
import { type Constructor, isConstructor, notAClass } from './constructor.js';
import type { ClassProblem, ModuleSources } from './module-file.js';

/** A class that declarations may name, and the function that creates its components. */
interface ComponentClass {
  readonly name: string;
  /** Schema of the options. `undefined`: options are passed as written. */
  readonly options: z.ZodType | undefined;
  create(site: IComponentSite, options: unknown, context: BuildContext): object | Promise<object>;
}

/** Sources from which classes may be loaded. */
export interface ClassSources extends ModuleSources {
  readonly catalogue: Catalogue;
  /** Classes of the application by the names that declarations write. */
  readonly given: ReadonlyMap<string, Constructor>;
  readonly env: BuildContext['env'];
}

/** Finds the class of a declaration: in the catalogue, in code, in a file next to the declarations, or in a package. */
export async function findClass(name: string, sources: ClassSources): Promise<ComponentClass | ClassProblem> {
  const builtIn = sources.catalogue.get(name);
  if (builtIn !== undefined) {
    try {
      return defined(name, await builtIn());
    } catch (cause) {
      return failedToLoad(name, cause);
    }
  }
  const given = sources.given.get(name);
  if (given !== undefined) return classOf(name, given);
  const hash = name.lastIndexOf('#');
  if (hash < 0) {
    const listed = [...sources.catalogue.keys()];
    const inCode = [...sources.given.keys()];
    const own =
      inCode.length === 0 ? 'name your own as ./file.mjs#Export' : `given in code: ${inCode.join(', ')}`;
    return {
      message: `expected a class, got ${JSON.stringify(name)}`,
      hint: suggestion(name, [...listed, ...inCode]) ?? `built-in classes: ${listed.join(', ')}; ${own}`,
    };
  }
  const specifier = name.slice(0, hash);
  const exportName = name.slice(hash + 1);
  const { moduleFile } = await import('./module-file.js');
  const file = await moduleFile(specifier, sources);
  if (typeof file !== 'string') return file;
  let module: Readonly<Record<string, unknown>>;
  try {
    // Bundlers leave this import to Node: the file is known at run time only.
    module = await import(/* webpackIgnore: true */ /* @vite-ignore */ pathToFileURL(file).href);
  } catch (cause) {
    const problem = failedToLoad(name, cause);
    if (!/\.[cm]?ts$/.test(file)) return problem;
    const given = `{ classes: { '${name}': ${exportName} } }`;
    return { ...problem, hint: `it is TypeScript: compile it, or give the class in code: ${given}` };
  }
  return exported(name, exportName, module);
}

function failedToLoad(name: string, cause: unknown): ClassProblem {
  return { message: `the module of ${name} was found but failed to load: ${reasonOf(cause)}`, cause };
}

/** Text of an error for the end of a message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `it threw a ${typeof error}`;
}

function exported(
  name: string,
  exportName: string,
  module: Readonly<Record<string, unknown>>,
): ComponentClass | ClassProblem {
  if (!Object.hasOwn(module, exportName)) {
    const names = Object.keys(module);
    return {
      message: `the module of ${name} has no export ${JSON.stringify(exportName)}`,
      hint: suggestion(exportName, names) ?? `it exports ${names.join(', ') || 'nothing'}`,
    };
  }
  const candidate = module[exportName];
  return isConstructor(candidate) ? classOf(name, candidate) : { message: notAClass(name, candidate) };
}

/** Describes a class by its static component, or as one that takes its options as they are written. */
function classOf(name: string, candidate: Constructor): ComponentClass | ClassProblem {
  const definition = candidate.component;
  if (definition === undefined) {
    return { name, options: undefined, create: (site, options) => new candidate(site, options) };
  }
  if (!isDefinition(definition)) {
    return {
      message: `expected the static component of ${name} to have options (a zod 4 schema) and create`,
    };
  }
  return defined(name, { component: definition });
}

function defined(name: string, { component }: { component: ComponentDefinition }): ComponentClass {
  return {
    name,
    options: component.options,
    create: (site, options, context) => component.create(site, options, context),
  };
}

function isDefinition(value: unknown): value is ComponentDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { options, create } = value as Partial<ComponentDefinition>;
  return typeof create === 'function' && typeof options === 'object' && '_zod' in options;
}
