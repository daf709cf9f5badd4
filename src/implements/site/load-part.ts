import type { IComponentSite } from '../../interfaces/component-site.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import { SilentLoggerSite } from '../foundation/logger/silent-logger-site.js';
import { CATALOGUE } from './catalogue.js';
import { ComponentSite } from './component-site.js';
import { runPlan } from './component-site-builder.js';
import { StagedComponents } from './load/loading-site.js';
import { type CheckedDeclarations, checkDeclarations } from './load/plan.js';
import type { ExistingEntries } from './load/resolve.js';
import { interiorOf } from './site-interior.js';
import { childNode, type DeclarationNode, type MapNode } from './text/node.js';
import { readDeclarations } from './text/read.js';

/** Classes with the option `failureMode`. */
const CACHES = new Set<unknown>(['MemoryCache', 'RedisCache', 'TieredCache']);
const NOTHING: ExistingEntries = { ownerOf: () => undefined, namesOf: () => [] };

/** An entry of a file, and what its component is. */
export interface ListedEntry {
  readonly interface: string;
  readonly name: string;
  readonly class: string;
  readonly line: number;
}

/** A declaration file that was checked, and whose components can be built one by one. */
export class DeclarationFile {
  readonly path: string;
  readonly #checked: CheckedDeclarations;

  private constructor(path: string, checked: CheckedDeclarations) {
    this.path = path;
    this.#checked = checked;
  }

  /**
   * Reads and checks a file; opens nothing.
   *
   * @throws {ConfigurationError} {ResolutionError} with every problem of the file.
   */
  static async read(path: string): Promise<DeclarationFile> {
    const { text, format } = await readDeclarations(path, undefined);
    const checked = await checkDeclarations(text, { format, base: path }, CATALOGUE, NOTHING, failing);
    return new DeclarationFile(path, checked);
  }

  /** Classes of the components, in the order of the file. */
  get classes(): string[] {
    return this.#checked.declarations.map(({ className }) => className);
  }

  /** Entries in the order of the file. */
  get entries(): ListedEntry[] {
    return this.#checked.declarations.flatMap(({ className, entries }) =>
      entries.map(({ description, name, place }) => ({
        interface: description.name,
        name,
        class: className,
        line: place.line,
      })),
    );
  }

  /**
   * Builds and starts the component of an entry and those that it refers to, and no others. Failures of its caches are
   * errors, whatever the file says, and nothing is logged unless the file declares a logger.
   */
  async open(interfaceName: string, name: string): Promise<IComponentSite> {
    const { plan, source } = this.#checked;
    const wanted = new Set(
      plan
        .map(({ declaration }) => declaration)
        .filter(({ entries }) =>
          entries.some((it) => it.description.name === interfaceName && it.name === name),
        ),
    );
    const part = plan
      .toReversed()
      .filter(({ declaration, dependencies }) => {
        if (!wanted.has(declaration)) return false;
        for (const dependency of dependencies) wanted.add(dependency);
        return true;
      })
      .reverse();
    const site = new ComponentSite();
    const logs = part.some(({ declaration }) =>
      declaration.entries.some((it) => it.description.name === 'ILoggerSite' && it.name === ''),
    );
    if (!logs) site.registerComponent(ILoggerSite, new SilentLoggerSite());
    try {
      await runPlan(new StagedComponents(site), part, interiorOf(site), source);
    } catch (error) {
      await site.close();
      throw error;
    }
    return site;
  }
}

/** Declares `failureMode: throw` for every cache: who asks a cache by hand wants to see why it does not answer. */
function failing(root: DeclarationNode): DeclarationNode {
  if (root.kind !== 'list') return root;
  return { ...root, items: root.items.map((item) => (item.kind === 'map' ? failingOne(item) : item)) };
}

function failingOne(node: MapNode): MapNode {
  const name = childNode(node, 'class');
  if (name?.kind !== 'scalar' || !CACHES.has(name.value)) return node;
  const { place } = name;
  const others = node.pairs.filter(({ key }) => key !== 'failureMode');
  const mode = {
    key: 'failureMode',
    keyPlace: place,
    value: { kind: 'scalar', place, value: 'throw' },
  } as const;
  return { ...node, pairs: [...others, mode] };
}
