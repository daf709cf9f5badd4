import type { z } from 'zod';
import type { BuildContext } from '../../../interfaces/component.js';
import type { IComponentSite } from '../../../interfaces/component-site.js';
import { type ClassSources, findClass } from '../classes/classes.js';
import { got } from '../text/got.js';
import { childNode, type DeclarationNode, type MapNode, pathOf } from '../text/node.js';
import type { Place } from '../text/place.js';
import type { Problems } from '../text/problems.js';
import { checkOptions } from './check-options.js';
import { type DeclaredEntry, readEntries, suggestedKey } from './entries.js';
import type { Reference } from './option-reader.js';

/** A checked declaration. */
export interface Declaration {
  readonly className: string;
  readonly path: string;
  /** Place of its class: problems of the component as a whole are reported there. */
  readonly place: Place;
  readonly entries: readonly DeclaredEntry[];
  readonly references: readonly Reference[];
  readonly node: MapNode;
  readonly schema: z.ZodType | undefined;
  create(site: IComponentSite): object | Promise<object>;
}

/** Checks each declaration by itself and reports all problems. Faulty ones are kept: references to them resolve. */
export async function validate(
  root: DeclarationNode,
  sources: ClassSources,
  problems: Problems,
): Promise<Declaration[]> {
  if (root.kind !== 'list') {
    problems.add({
      code: 'E_CONFIG_SCHEMA',
      place: root.place,
      path: '',
      message: `expected a list of declarations, got ${got(root, true)}`,
      hint: 'begin each declaration with "- class:"',
    });
    return [];
  }
  const declarations: Declaration[] = [];
  for (const [index, node] of root.items.entries()) {
    const path = pathOf('', index);
    if (node.kind === 'map') {
      declarations.push(await validateOne(node, path, sources, problems));
    } else {
      const message = `expected a declaration, got ${got(node, true)}`;
      const hint = 'write class: and its options';
      problems.add({ code: 'E_CONFIG_SCHEMA', place: node.place, path, message, hint });
    }
  }
  return declarations;
}

async function validateOne(
  node: MapNode,
  path: string,
  sources: ClassSources,
  problems: Problems,
): Promise<Declaration> {
  const classNode = childNode(node, 'class');
  const classPath = pathOf(path, 'class');
  const place = classNode?.place ?? node.place;
  const entries = readEntries(childNode(node, 'entries'), pathOf(path, 'entries'), problems);
  const declared = { path, place, entries, node };
  if (classNode?.kind !== 'scalar' || typeof classNode.value !== 'string') {
    const message = `expected the name of a class, got ${got(classNode, false)}`;
    const hint = suggestedKey(node, 'class');
    problems.add({ code: 'E_CONFIG_SCHEMA', place, path: classPath, message, hint });
    return { ...declared, className: '', references: [], schema: undefined, create: neverBuilt };
  }
  const className = classNode.value;
  const found = className.includes('${') ? undefined : await findClass(className, sources);
  if (found === undefined || 'message' in found) {
    if (found !== undefined) problems.add({ code: 'E_CLASS_UNKNOWN', place, path: classPath, ...found });
    return { ...declared, className, references: [], schema: undefined, create: neverBuilt };
  }
  const options: MapNode = {
    ...node,
    pairs: node.pairs.filter(({ key }) => key !== 'class' && key !== 'entries'),
  };
  const written = { node: options, path, className, base: sources.base };
  const { value, references } = await checkOptions(written, found.options, problems);
  return {
    ...declared,
    className,
    references,
    schema: found.options,
    create: (site) => found.create(site, value, contextOf(sources.env)),
  };
}

/** The site reads files of settings for components, because only it knows their formats. */
function contextOf(env: BuildContext['env']): BuildContext {
  return {
    env,
    readSettings: async (path, options) => {
      const { readSettings } = await import('../text/settings.js');
      return readSettings(path, { ...options, env });
    },
  };
}

function neverBuilt(): never {
  throw new Error('a declaration with problems is not built');
}
