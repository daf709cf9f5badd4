import { isPlainArray, isPlainObject, ownNames, ownSymbols } from './plain-object.js';

/**
 * Whether JSON keeps a value as it is: texts, finite numbers but -0, booleans, `null`, and arrays and plain objects
 * of these, none of them deeper than `levels`. An object with the name `$` is none: see `tagged-form.ts`.
 *
 * Every value that is stored goes through here, so it takes no notes of where it is.
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

/** Whether `JSON.stringify` would write something else in place of a value: also a `toJSON` that is not enumerable. */
export function hasOtherForm(value: object): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}

/** Inherited names are looked at too, where somebody added to `Object.prototype`: the long way knows better then. */
function isPlainRecord(value: object, levels: number): boolean {
  if (!isPlainObject(value) || ownSymbols(value) || hasOtherForm(value)) return false;
  for (const name in value) {
    if (name === '$' || !isPlainJson((value as Record<string, unknown>)[name], levels - 1)) return false;
  }
  return true;
}
