import type { IConfigSession } from '../../../interfaces/config.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { describe } from '../../foundation/describe.js';

/** Settings that a view shows. */
export interface ConfigSource {
  getValue(name: string): string | undefined;
  listKeys(): Iterable<string>;
  /** Form of a name under which all of its spellings are one. Default: the name. */
  nameOf?(name: string): string;
}

/** A session whose changes stay its own. */
export class ConfigView implements IConfigSession {
  readonly #source: ConfigSource;
  /** `undefined` for a setting that was deleted here. */
  readonly #changes = new Map<string, string | undefined>();

  constructor(source: ConfigSource) {
    this.#source = source;
  }

  getValue(name: string): string | undefined {
    const known = this.#nameOf(name);
    return this.#changes.has(known) ? this.#changes.get(known) : this.#source.getValue(known);
  }

  setValue(name: string, value: string): boolean {
    checkKey(name, 'name');
    if (typeof value !== 'string') {
      throw new ArgumentError(`expected a string as the value of a setting, got ${describe(value)}`);
    }
    this.#changes.set(this.#nameOf(name), value);
    return true;
  }

  deleteValue(name: string): boolean {
    if (this.getValue(name) === undefined) return false;
    this.#changes.set(this.#nameOf(name), undefined);
    return true;
  }

  listKeys(): readonly string[] {
    const names = new Set([...this.#source.listKeys(), ...this.#changes.keys()]);
    return [...names].filter((name) => this.getValue(name) !== undefined);
  }

  #nameOf(name: string): string {
    return this.#source.nameOf?.(name) ?? name;
  }
}
