import type { Reference } from '../check/option-reader.js';
import type { Declaration } from '../check/validate.js';
import { entryKey, entryLabel } from '../entry-name.js';
import type { Problems } from '../text/problems.js';
import { suggestion } from '../text/suggest.js';

/** Entries that already exist in the site or its container. */
export interface ExistingEntries {
  /** Owner of an existing entry. */
  ownerOf(interfaceName: string, name: string): 'site' | 'application' | undefined;
  /** Names of the entries of an interface. */
  namesOf(interfaceName: string): readonly string[];
}

/** Declarations in build order, each with its dependencies in the same load. */
export type BuildPlan = readonly PlannedDeclaration[];

interface PlannedDeclaration {
  readonly declaration: Declaration;
  readonly dependencies: readonly Declaration[];
}

/** Interfaces whose default entries are built first, because every component may use them. */
const FIRST = ['IClock', 'ILoggerSite'];

/** Resolves every reference, refuses duplicate entries, and sorts the declarations into build order. */
export function resolveReferences(
  declarations: readonly Declaration[],
  existing: ExistingEntries,
  problems: Problems,
): BuildPlan {
  const providers = checkDuplicates(declarations, existing, problems);
  const needs = new Map<Declaration, Map<Declaration, Reference | undefined>>();
  for (const declaration of declarations) {
    const found = new Map<Declaration, Reference | undefined>();
    for (const reference of declaration.references) {
      const provider = providers.get(entryKey(reference.interface, reference.name));
      if (provider !== undefined) found.set(provider, found.get(provider) ?? reference);
      else if (existing.ownerOf(reference.interface, reference.name) === undefined) {
        refuseReference(
          reference,
          [...declaredNames(declarations, reference.interface), ...existing.namesOf(reference.interface)],
          problems,
        );
      }
    }
    needs.set(declaration, found);
  }
  if (refuseCycles(needs, problems)) return [];
  addImplicitNeeds(needs, providers);
  const order = new Set<Declaration>();
  const place = (declaration: Declaration) => {
    if (order.has(declaration)) return;
    for (const need of needsOf(needs, declaration)) place(need);
    order.add(declaration);
  };
  for (const declaration of declarations) place(declaration);
  return [...order].map((declaration) => ({ declaration, dependencies: [...needsOf(needs, declaration)] }));
}

/** Reports every duplicate entry. */
export function checkDuplicates(
  declarations: readonly Declaration[],
  existing: ExistingEntries,
  problems: Problems,
): ReadonlyMap<string, Declaration> {
  const providers = new Map<string, Declaration>();
  const lines = new Map<string, number>();
  for (const declaration of declarations) {
    for (const { description, name, place, path } of declaration.entries) {
      const key = entryKey(description.name, name);
      const owner = existing.ownerOf(description.name, name);
      const line = lines.get(key);
      const earlier =
        line !== undefined
          ? `already declared on line ${line}`
          : owner === 'site'
            ? 'already registered in the site'
            : owner === 'application'
              ? 'already bound in the container by the application'
              : undefined;
      if (earlier !== undefined) {
        const message = `duplicate entry ${entryLabel(description.name, name)}, ${earlier}`;
        problems.add({
          code: 'E_CONFIG_SCHEMA',
          place,
          path,
          message,
          hint: 'rename one of them',
        });
      }
      if (line === undefined) lines.set(key, place.line);
      if (!providers.has(key)) providers.set(key, declaration);
    }
  }
  return providers;
}

function refuseReference(reference: Reference, names: readonly string[], problems: Problems): void {
  const listed = [...new Set(names)].map((name) => (name === '' ? 'the default entry' : name)).sort();
  problems.add({
    code: 'E_CONFIG_SCHEMA',
    place: reference.place,
    path: reference.path,
    message: `expected the name of an ${reference.interface} component, got ${reference.shown}`,
    hint:
      suggestion(reference.name, names) ??
      (listed.length === 0 ? `no ${reference.interface} is declared` : `available: ${listed.join(', ')}`),
  });
}

type Needs = ReadonlyMap<Declaration, Map<Declaration, Reference | undefined>>;

/** Reports one cycle for each group of declarations that depend on each other. */
function refuseCycles(needs: Needs, problems: Problems): boolean {
  const done = new Set<Declaration>();
  const path: Declaration[] = [];
  let found = false;
  const visit = (declaration: Declaration) => {
    const start = path.indexOf(declaration);
    if (start >= 0) {
      found = true;
      refuseCycle([...path.slice(start), declaration], needs, problems);
      return;
    }
    if (done.has(declaration)) return;
    path.push(declaration);
    for (const need of needsOf(needs, declaration)) visit(need);
    path.pop();
    done.add(declaration);
  };
  for (const declaration of needs.keys()) visit(declaration);
  return found;
}

function refuseCycle(cycle: readonly Declaration[], needs: Needs, problems: Problems): void {
  const [first, second] = cycle as [Declaration, Declaration];
  const reference = needs.get(first)?.get(second);
  const names = cycle.map(
    ({ entries, className }) => entries[0]?.name || (entries[0]?.description.name ?? className),
  );
  problems.add({
    code: 'E_CYCLE',
    place: reference?.place ?? first.place,
    path: reference?.path ?? first.path,
    message: `circular reference: ${names.join(' -> ')}`,
  });
}

/** Makes every declaration depend on the default clock and logger, except the dependencies of these two. */
function addImplicitNeeds(needs: Needs, providers: ReadonlyMap<string, Declaration>): void {
  for (const name of FIRST) {
    const provider = providers.get(entryKey(name, ''));
    if (provider === undefined) continue;
    const before = new Set<Declaration>();
    const gather = (declaration: Declaration) => {
      if (before.has(declaration)) return;
      before.add(declaration);
      for (const need of needsOf(needs, declaration)) gather(need);
    };
    gather(provider);
    for (const [declaration, found] of needs)
      if (!before.has(declaration)) found.set(provider, found.get(provider));
  }
}

function needsOf(needs: Needs, declaration: Declaration): Iterable<Declaration> {
  return needs.get(declaration)?.keys() ?? [];
}

function declaredNames(declarations: readonly Declaration[], interfaceName: string): string[] {
  return declarations.flatMap(({ entries }) =>
    entries.filter(({ description }) => description.name === interfaceName).map(({ name }) => name),
  );
}
