import type { IComponentSite } from '../../interfaces/component-site.js';
import type {
  DeclarationFormat,
  IComponentSiteBuilder,
  LoadOptions,
} from '../../interfaces/component-site-builder.js';
import { CATALOGUE, type Catalogue } from './catalogue.js';
import { dumpDeclarations } from './dump/declarations-dump.js';
import { type BuiltComponent, buildAll, failureOf } from './load/build.js';
import { KEY_SPACE_HINT, keySpaceClash } from './load/key-spaces.js';
import { closeAll } from './load/lifecycle.js';
import { StagedComponents } from './load/loading-site.js';
import { checkDeclarations } from './load/plan.js';
import { type BuildPlan, checkDuplicates } from './load/resolve.js';
import { startAll } from './load/start.js';
import { interiorOf, type SiteInterior } from './site-interior.js';
import { Problems } from './text/problems.js';
import { syntaxOf } from './text/read.js';

/**
 * Loads declarations, step by step: parse, interpolate, validate, resolve, build, start, commit (which binds).
 *
 * Components can be looked up only after all of them have started. A load that fails closes what it has built.
 *
 * @example
 * ```ts
 * import { ComponentSiteBuilder } from 'inversify-cache';
 *
 * const builder = new ComponentSiteBuilder();
 * await builder.loads(site, '- class: MemoryCache\n  entries: [{ interface: ICache, name: Memory }]');
 *
 * const declarations = builder.dumps(site); // Declarations of the site, as text that loads again.
 * ```
 */
export class ComponentSiteBuilder implements IComponentSiteBuilder {
  readonly #catalogue: Catalogue;

  /** @internal @param catalogue  Classes that are named without a path. Default: those of this package. */
  constructor(catalogue: Catalogue = CATALOGUE) {
    this.#catalogue = catalogue;
  }

  /**
   * @throws {ArgumentError} `E_ARGUMENT` for a site that is not a `ComponentSite`, and for `classes` that are none.
   * @throws {DisposedError} `E_DISPOSED` when the site is closed, before the load or during it.
   */
  async loads(site: IComponentSite, text: string, options: LoadOptions = {}): Promise<void> {
    const interior = interiorOf(site);
    interior.assertOpen();
    const { plan, source } = await checkDeclarations(text, options, this.#catalogue, interior.existing);
    await runPlan(new StagedComponents(site), plan, interior, source);
  }

  dumps(site: IComponentSite, format: DeclarationFormat = 'yaml'): string {
    return dumpDeclarations(interiorOf(site).declarations, syntaxOf(format));
  }
}

/** Builds and starts the planned components and commits them to the site; closes them when one fails. */
export async function runPlan(
  staged: StagedComponents,
  plan: BuildPlan,
  site: SiteInterior,
  source: string,
): Promise<void> {
  const built: BuiltComponent[] = [];
  try {
    await buildAll(plan, staged, built, source);
    checkTogether(site, built, source);
    await startAll(built, site.clock, (one, error) => failureOf(one.declaration, 'start', error, source));
    checkTogether(site, built, source);
    commit(site, built);
  } catch (error) {
    staged.end();
    await closeAll(built, site.clock, site.logger);
    throw error;
  }
  staged.end();
}

/** Checks that need all components, or that other calls on the site may have invalidated since the load began. */
function checkTogether(site: SiteInterior, built: readonly BuiltComponent[], source: string): void {
  site.assertOpen();
  const problems = new Problems(source);
  const ordered = inFileOrder(built);
  checkDuplicates(
    ordered.map(({ declaration }) => declaration),
    site.existing,
    problems,
  );
  const others = new Set(site.otherComponents());
  for (const { component, declaration } of ordered) {
    const clash = keySpaceClash(component, others);
    others.add(component);
    if (clash === undefined) continue;
    const { place, path } = declaration;
    problems.add({ code: 'E_CONFIG_SCHEMA', place, path, message: clash, hint: KEY_SPACE_HINT });
  }
  problems.throwIfAny();
}

function commit(site: SiteInterior, built: readonly BuiltComponent[]): void {
  site.commit({
    entries: built.flatMap(({ component, declaration }) =>
      declaration.entries.map(({ description, name }) => ({ description, name, component })),
    ),
    components: built,
    declarations: inFileOrder(built).map(({ declaration }) => declaration),
  });
}

function inFileOrder(built: readonly BuiltComponent[]): BuiltComponent[] {
  return built.toSorted(({ declaration: { place: a } }, { declaration: { place: b } }) => {
    return a.line - b.line || a.column - b.column;
  });
}
