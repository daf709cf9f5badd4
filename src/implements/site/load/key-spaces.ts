import type { IKeySpaceOwner, KeySpaceClaim } from '../../../interfaces/component.js';

/** The key space that a component says it has; `undefined` for none. */
function keySpaceOf(component: object): KeySpaceClaim | undefined {
  const { keySpace } = component as { readonly [Key in keyof IKeySpaceOwner]?: Partial<KeySpaceClaim> };
  if (typeof keySpace?.database !== 'string' || typeof keySpace.prefix !== 'string') return undefined;
  return { database: keySpace.database, prefix: keySpace.prefix };
}

/**
 * Says how the keys of a component would meet those of others; `undefined` when they do not.
 *
 * @param others  Components beside it; the component itself among them does not count.
 */
export function keySpaceClash(component: object, others: Iterable<object>): string | undefined {
  const own = keySpaceOf(component);
  if (own === undefined) return undefined;
  for (const other of others) {
    const theirs = other === component ? undefined : keySpaceOf(other);
    if (theirs === undefined || theirs.database !== own.database || !meet(own.prefix, theirs.prefix))
      continue;
    const [mine, others] = [JSON.stringify(own.prefix), JSON.stringify(theirs.prefix)];
    return `prefix ${mine} conflicts with prefix ${others} in ${own.database}`;
  }
  return undefined;
}

/** What to do about it. */
export const KEY_SPACE_HINT = 'choose prefixes of which neither starts with the other';

function meet(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
