import type { ServiceIdentifier } from 'inversify';
import { ArgumentError } from './errors.js';

/**
 * The run-time identifier of an interface, by which a container finds its implementations.
 * It is Inversify's own identifier type, so `@inject(ICache)` and `container.get(ICache)` accept it as it is.
 */
export type InterfaceToken<T> = ServiceIdentifier<T>;

/** Entry of the interface table: a token, and the members that a component must have. */
export interface InterfaceDescription {
  readonly name: string;
  readonly token: symbol;
  readonly members: readonly string[];
}

const table: Map<string, InterfaceDescription> = sharedTable();

/**
 * Defines an interface: a token that all installed copies of this package share, and the members that
 * `registerComponent` and declarations require of an implementation.
 *
 * Defining a name again returns the same token. When one list of members extends the other (two versions of one
 * interface), only the shorter list is required from then on.
 *
 * @param name     Name of the interface as declarations write it, such as `ICache`.
 * @param members  Every member that an implementation must have.
 * @throws {ArgumentError} `E_ARGUMENT` when the name is taken by an unrelated interface.
 */
export function defineInterface<T>(name: string, members: readonly (keyof T & string)[]): InterfaceToken<T> {
  const known = table.get(name);
  if (known === undefined) {
    const token = Symbol.for(`inversify-cache.${name}`);
    table.set(name, Object.freeze({ name, token, members: Object.freeze([...members]) }));
    return token;
  }
  const [shorter, longer] =
    known.members.length <= members.length ? [known.members, members] : [members, known.members];
  if (!shorter.every((member) => (longer as readonly string[]).includes(member))) {
    throw new ArgumentError(
      `the interface ${name} is already defined with the members ${known.members.join(', ')}; choose another name`,
    );
  }
  if (shorter !== known.members) {
    table.set(name, Object.freeze({ ...known, members: Object.freeze([...shorter]) }));
  }
  return known.token;
}

/** Looks up an interface by name or token; `undefined` for one that `defineInterface` did not create. */
export function describeInterface(
  nameOrToken: string | InterfaceToken<unknown>,
): InterfaceDescription | undefined {
  if (typeof nameOrToken === 'string') return table.get(nameOrToken);
  for (const description of table.values()) {
    if (description.token === nameOrToken) return description;
  }
  return undefined;
}

/** Names of all defined interfaces, sorted. */
export function interfaceNames(): string[] {
  return [...table.keys()].sort();
}

/** Members of an interface that a value lacks; empty when the value implements it. */
export function missingMembers(description: InterfaceDescription, value: unknown): string[] {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return [...description.members];
  return description.members.filter((member) => !(member in value));
}

/** Shares one table among all copies of the package in the process, so that each knows the others' interfaces. */
function sharedTable(): Map<string, InterfaceDescription> {
  const home = globalThis as { [key: symbol]: Map<string, InterfaceDescription> | undefined };
  const key = Symbol.for('inversify-cache.interfaces');
  home[key] ??= new Map();
  return home[key];
}
