import { createHash } from 'node:crypto';
import { isDate } from 'node:util/types';
import { ArgumentError } from '../../../../interfaces/errors.js';
import { MAX_KEY_BYTES } from '../../arguments/key.js';
import { describe } from '../../describe.js';
import { pathText } from './path.js';
import { isPlainArray, isPlainObject, ownNames, ownSymbols } from './plain-object.js';
import { isPlainDate } from './special-value.js';

/**
 * Encodes keys of the application as keys of a store: two different keys never become the same string.
 *
 * A string is its own name, so `user:1` is stored under `user:1`. Any other key becomes `~` and a canonical form, in
 * which the property names of objects are sorted. A string that begins with `~` gets a second one, and a key that is
 * too long becomes `~#` and a hash of its full form.
 */

/** Maximum nesting and maximum length of a key; a larger value was not meant as a key. */
const MAX_KEY_DEPTH = 64;
const MAX_CHARACTERS = 1024 * 1024;

/**
 * Returns the string that encodes a key.
 *
 * @param key       A string, number, bigint, boolean, `null`, `undefined`, date, or an array or plain object of these.
 * @param maxBytes  Maximum length of a key in the store, less its prefix.
 * @throws {ArgumentError} for values without a canonical form: functions, symbols, instances of classes, cycles, arrays
 *   with holes, lone surrogates. The message names the place, such as `[1].filter`.
 */
export function encodeKey(key: unknown, maxBytes: number = MAX_KEY_BYTES): string {
  const text = typeof key === 'string' ? literal(key) : `~${new CanonicalForm().of(key)}`;
  // A UTF-16 code unit takes at most three bytes, so a short key needs no counting.
  if (text.length <= maxBytes / 3 || Buffer.byteLength(text) <= maxBytes) return text;
  return `~#${createHash('sha256').update(text).digest('base64url')}`;
}

function literal(key: string): string {
  if (key === '') return '~""';
  if (!key.isWellFormed()) throw refusal([], 'a string with a lone surrogate');
  return key.startsWith('~') ? `~${key}` : key;
}

/** Builds the canonical form of one key. */
class CanonicalForm {
  readonly #path: (string | number)[] = [];
  readonly #ancestors: object[] = [];
  #characters = 0;

  of(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#counted(Object.is(value, -0) ? '-0' : String(value));
      case 'bigint':
        return this.#counted(`${value}n`);
      case 'boolean':
      case 'undefined':
        return this.#counted(String(value));
      case 'object':
        return value === null ? this.#counted('null') : this.#object(value);
      default:
        throw refusal(this.#path, describe(value));
    }
  }

  #text(value: string): string {
    if (!value.isWellFormed()) throw refusal(this.#path, 'a string with a lone surrogate');
    return this.#counted(JSON.stringify(value));
  }

  #object(value: object): string {
    if (isDate(value) && isPlainDate(value)) return this.#counted(`@${value.getTime()}`);
    const isArray = Array.isArray(value);
    if (!(isArray ? isPlainArray(value) : isPlainObject(value)))
      throw refusal(this.#path, 'an instance of a class');
    if (ownSymbols(value)) throw refusal(this.#path, 'an object with a symbol property');
    if (this.#ancestors.includes(value)) throw refusal(this.#path, 'a cycle');
    if (this.#ancestors.length === MAX_KEY_DEPTH)
      throw refusal(this.#path, `more than ${MAX_KEY_DEPTH} levels`);
    this.#ancestors.push(value);
    const text = isArray ? this.#array(value) : this.#record(value as Readonly<Record<string, unknown>>);
    this.#ancestors.pop();
    return text;
  }

  #array(value: readonly unknown[]): string {
    const parts: string[] = [];
    for (let index = 0; index < value.length; index += 1) {
      this.#path.push(index);
      if (!Object.hasOwn(value, index)) throw refusal(this.#path, 'a hole of an array');
      parts.push(this.of(value[index]));
      this.#path.pop();
    }
    if (ownNames(value)) throw refusal(this.#path, 'an array with named properties');
    this.#count(parts.length + 1);
    return `[${parts.join(',')}]`;
  }

  #record(value: Readonly<Record<string, unknown>>): string {
    const parts = Object.keys(value)
      .sort()
      .map((name) => {
        this.#path.push(name);
        const part = `${this.#text(name)}:${this.of(value[name])}`;
        this.#path.pop();
        return part;
      });
    this.#count(2 * parts.length + 1);
    return `{${parts.join(',')}}`;
  }

  #counted(text: string): string {
    this.#count(text.length);
    return text;
  }

  /** Counts characters while the form grows: a small object with parts shared many times has an enormous form. */
  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters > MAX_CHARACTERS) {
      throw new ArgumentError(`expected a key of at most ${MAX_CHARACTERS} characters, got a longer one`);
    }
  }
}

/** Creates an error that shows no content of the key except the property names on the path. */
function refusal(path: readonly (string | number)[], got: string): ArgumentError {
  const place = path.length === 0 ? '' : ` at ${pathText(path)}`;
  return new ArgumentError(
    `expected a key of strings, numbers, booleans, null, dates, arrays and plain objects, got ${got}${place}`,
  );
}
