import type { BindingIdentifier, Container } from 'inversify';
import type { InterfaceDescription } from '../../interfaces/interface-token.js';
import { entryKey } from './entry-name.js';

/** A component that a site bound in its container. */
export interface BoundEntry {
  readonly description: InterfaceDescription;
  readonly name: string;
  readonly component: object;
}

/** Bindings that one site made in its container. Bindings of the application are never touched. */
export class EntryTable {
  readonly #container: Container;
  readonly #entries = new Map<string, BoundEntry>();
  /** All bindings of each entry so far: `restore` of the container brings back those that were replaced. */
  readonly #bindings = new Map<string, BindingIdentifier[]>();

  constructor(container: Container) {
    this.#container = container;
  }

  [Symbol.iterator](): IterableIterator<BoundEntry> {
    return this.#entries.values();
  }

  get(description: InterfaceDescription, name: string): BoundEntry | undefined {
    return this.#entries.get(entryKey(description.name, name));
  }

  /** Checks for a binding of the application with which this entry would be ambiguous. */
  isForeign({ name: interfaceName, token }: InterfaceDescription, name: string): boolean {
    if (this.#entries.has(entryKey(interfaceName, name))) return false;
    return this.#container.isCurrentBound(token, name === '' ? undefined : { name });
  }

  /** Binds a component and replaces an earlier one of the same entry. */
  set(entry: BoundEntry): void {
    const { description, name, component } = entry;
    const key = entryKey(description.name, name);
    const earlier = this.#bindings.get(key) ?? [];
    for (const one of earlier) this.#container.unbind(one);
    const binding = this.#container.bind(description.token).toConstantValue(component);
    if (name === '') binding.whenDefault();
    else binding.whenNamed(name);
    this.#entries.set(key, entry);
    this.#bindings.set(key, [...earlier, binding.getIdentifier()]);
  }

  /** Unbinds an entry and waits for the deactivation handlers of the application. */
  async remove({ description, name }: BoundEntry): Promise<void> {
    const key = entryKey(description.name, name);
    const bindings = this.#bindings.get(key) ?? [];
    this.#entries.delete(key);
    this.#bindings.delete(key);
    for (const binding of bindings) await this.#container.unbindAsync(binding);
  }
}
