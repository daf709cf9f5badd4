import { isPlainArray, isPlainObject, ownNames, ownSymbols } from './plain-object.js';
import { isOfBytes, specialFrom, specialOf } from './special-value.js';
import { bufferOf } from './utf8.js';

/**
 * Tagged form: represents in JSON the values that JSON has no type for. `{"$":["Date",1790000000000]}` is a date, and
 * an object that has a property `$` becomes `{"$":["Object",["$",…]]}`. Everything else stays as it is.
 */

/** Thrown for a value that has no tagged form; `refusalOf` finds the reason. */
export const REFUSED: unique symbol = Symbol('refused');

/** Returns the tagged form of a value. The value is not changed; the form shares with it the parts that need no tag. */
export function taggedForm(value: unknown, levels: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : special(value, levels);
    case 'object':
      if (value === null) return value;
      if (levels === 0) throw REFUSED;
      if (Array.isArray(value)) return taggedArray(value, levels - 1);
      return isPlainObject(value) ? taggedRecord(value, levels - 1) : special(value, levels - 1);
    default:
      return special(value, levels);
  }
}

function taggedArray(value: readonly unknown[], levels: number): unknown[] {
  if (!isPlainArray(value)) throw REFUSED;
  const form: unknown[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const item = value[index];
    if (item === undefined && !Object.hasOwn(value, index)) throw REFUSED;
    form.push(taggedForm(item, levels));
  }
  if (ownNames(value)) throw REFUSED;
  return form;
}

function taggedRecord(value: object, levels: number): unknown {
  if (ownSymbols(value)) throw REFUSED;
  if (Object.hasOwn(value, '$')) {
    return tag('Object', taggedArray(Object.entries(value).flat(1), levels));
  }
  const form: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const part = taggedForm((value as Record<string, unknown>)[name], levels);
    if (name === '__proto__') define(form, name, part);
    else form[name] = part;
  }
  return form;
}

function special(value: unknown, levels: number): unknown {
  const found = specialOf(value);
  if (found === undefined) throw REFUSED;
  const { name, content } = found;
  if (content === null) return tag(name);
  if (content instanceof Uint8Array) return tag(name, bufferOf(content).toString('base64'));
  return tag(name, Array.isArray(content) ? taggedArray(content, levels) : content);
}

function tag(name: string, ...content: unknown[]): unknown {
  return { $: [name, ...content] };
}

/**
 * Returns the value of a tagged form, by changing the form in place.
 *
 * @throws {Error} for an invalid form.
 */
export function untagged(form: unknown, levels: number): unknown {
  if (typeof form !== 'object' || form === null) return form;
  if (levels === 0) throw new Error('a form that is nested too deeply');
  if (Array.isArray(form)) {
    for (let index = 0; index < form.length; index += 1) {
      const part: unknown = form[index];
      if (typeof part === 'object' && part !== null) form[index] = untagged(part, levels - 1);
    }
    return form;
  }
  if (Object.hasOwn(form, '$')) return untaggedSpecial((form as { readonly $: unknown }).$, levels);
  const record = form as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    const part = record[name];
    // An own `__proto__`, as created by JSON.parse, is assigned to like any other own property.
    if (typeof part === 'object' && part !== null) record[name] = untagged(part, levels - 1);
  }
  return record;
}

function untaggedSpecial(tag: unknown, levels: number): unknown {
  if (!Array.isArray(tag)) throw new Error('a tag that is malformed');
  const [name, content = null] = tag as unknown[];
  if (Array.isArray(content)) return specialFrom(name, untagged(content, levels));
  return specialFrom(name, typeof content === 'string' && isOfBytes(name) ? bytesIn(content) : content);
}

/** Decodes base64 strictly: Node skips invalid characters, and then returns fewer bytes than the string encodes. */
function bytesIn(content: string): Uint8Array {
  const bytes = Buffer.from(content, 'base64');
  if (content.length % 4 !== 0 || Buffer.byteLength(content, 'base64') !== bytes.byteLength) {
    throw new Error('bytes that are no base64');
  }
  return bytes;
}

function define(form: object, name: string, value: unknown): void {
  Object.defineProperty(form, name, { value, enumerable: true, configurable: true, writable: true });
}
