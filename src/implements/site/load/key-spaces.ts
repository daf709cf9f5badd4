import type { IKeySpaceOwner, KeySpaceClaim } from '../../../interfaces/component.js';

/** Key space that a component claims; `undefined` for none. */
function keySpaceOf(component: object): KeySpaceClaim | undefined {
  const { keySpace } = component as { readonly [Key in keyof IKeySpaceOwner]?: Partial<KeySpaceClaim> };
  if (typeof keySpace?.database !== 'string' || typeof keySpace.prefix !== 'string') return undefined;
  return { database: keySpace.database, prefix: keySpace.prefix };
}

/**
 * Describes how the key space of a component conflicts with another one; `undefined` when it does not.
 *
 * @param others  Other components of the site; the component itself may be among them and is skipped.
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

/** Remedy for a conflict of key spaces. */
export const KEY_SPACE_HINT = 'choose prefixes of which neither starts with the other';

function meet(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
