import type { SetOperation } from './collection-store.js';

/** Combines lists of different members; the first one is the set that is asked. */
export function combined(operation: SetOperation, sources: readonly (readonly string[])[]): string[] {
  if (operation === 'union') return [...new Set(sources.flat())];
  const [first = [], ...others] = sources;
  const tables = others.map((members) => new Set(members));
  const isIntersection = operation === 'intersection';
  return first.filter((member) => tables.every((table) => table.has(member) === isIntersection));
}
