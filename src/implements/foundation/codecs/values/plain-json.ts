import { isPlainArray, isPlainObject, ownNames, ownSymbols } from './plain-object.js';

/**
 * Tells whether JSON represents a value unchanged: strings, finite numbers except -0, booleans, `null`, and arrays and
 * plain objects of these, nested at most `levels` deep. An object with a property `$` does not count: see
 * `tagged-form.ts`.
 *
 * Hot path: every stored value passes through here, so it does not track its position.
 */
export function isPlainJson(value: unknown, levels: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return value === 0 ? 1 / value > 0 : Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (levels === 0) return false;
      return Array.isArray(value) ? holdsPlainJson(value, levels) : isPlainRecord(value, levels);
    default:
      return false;
  }
}

function holdsPlainJson(value: readonly unknown[], levels: number): boolean {
  if (!isPlainArray(value)) return false;
  for (let index = 0; index < value.length; index += 1) {
    if (!isPlainJson(value[index], levels - 1)) return false;
  }
  return !ownNames(value) && !hasOtherForm(value);
}

/** Tells whether `JSON.stringify` would replace a value, also by a `toJSON` that is not enumerable. */
export function hasOtherForm(value: object): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}

/** Checks inherited properties too: if `Object.prototype` was extended, the slow path must decide. */
function isPlainRecord(value: object, levels: number): boolean {
  if (!isPlainObject(value) || ownSymbols(value) || hasOtherForm(value)) return false;
  for (const name in value) {
    if (name === '$' || !isPlainJson((value as Record<string, unknown>)[name], levels - 1)) return false;
  }
  return true;
}
