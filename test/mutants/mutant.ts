import type { ReferenceStore } from './reference/reference-store.js';
import type { Flaw } from './reference/reference-subjects.js';

/** A store that is wrong in one way. */
export interface Mutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  readonly make: Flaw;
}

/** A mutant that breaks a law. */
export function mutant(breaks: string, flaw: string, make: Flaw): Mutant {
  return { breaks, flaw, make };
}

type Methods = {
  [Name in keyof ReferenceStore as ReferenceStore[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: ReferenceStore[Name];
};

/** Puts another method in place of one, which it can still call. */
export function replace<Name extends keyof Methods>(
  store: ReferenceStore,
  name: Name,
  make: (original: Methods[Name]) => Methods[Name],
): void {
  const original = (store[name] as (...args: never[]) => unknown).bind(store) as Methods[Name];
  Object.assign(store, { [name]: make(original) });
}
