import { CodecError } from '../../../../interfaces/errors.js';
import { describe } from '../../describe.js';
import { pathText } from './path.js';
import { hasOtherForm } from './plain-json.js';
import { isPlainArray, isPlainObject, ownNames, ownSymbols } from './plain-object.js';
import { specialOf } from './special-value.js';

/** Maximum nesting depth of a value, which also ends a cycle. */
export const MAX_VALUE_DEPTH = 512;

interface Place {
  /** `true` for a format beyond strings, finite numbers, booleans, `null`, arrays and plain objects. */
  readonly keeps: (value: unknown) => boolean;
  readonly path: readonly (string | number)[];
  readonly ancestors: readonly object[];
  /** Receives the refused part. */
  readonly note?: (path: Place['path'], part: unknown) => void;
}

/**
 * Finds the reason why a codec refused a value: the kind and the place of the first part that no format can represent,
 * never its content. Codecs do not track their position; this is a second walk, after the first one has failed.
 */
export function refusalOf(value: unknown, codec: string): CodecError {
  return new CodecError(
    'E_ENCODE',
    `the codec "${codec}" cannot represent this value: ${reasonOf(value, isSpecial)}`,
  );
}

/** Error for a value that JSON without tags cannot represent. */
export function refusalOfPlain(value: unknown): CodecError {
  const reason = reasonOf(value, isNothing);
  return new CodecError('E_ENCODE', `JSON without an envelope cannot represent this value: ${reason}`);
}

/** Tells whether untagged JSON represents a value that the fast check refused: a property `$` is ordinary there. */
export function isKeptByPlainJson(value: unknown): boolean {
  return search(value, { keeps: isNothing, path: [], ancestors: [] }) === undefined;
}

/** Finds the first part that no format can represent; the value itself when only its codec refuses it. */
export function refusedPart(value: unknown): { readonly path: Place['path']; readonly part: unknown } {
  let found: { readonly path: Place['path']; readonly part: unknown } = { path: [], part: value };
  const note: Place['note'] = (path, part) => {
    found = { path, part };
  };
  try {
    search(value, { keeps: isSpecial, path: [], ancestors: [], note });
  } catch {
    // A property that throws: its place is unknown.
  }
  return found;
}

function reasonOf(value: unknown, keeps: Place['keeps']): string {
  try {
    return search(value, { keeps, path: [], ancestors: [] }) ?? 'the value is too large';
  } catch {
    return 'the value has a property that cannot be read';
  }
}

function isNothing(): boolean {
  return false;
}

function isSpecial(value: unknown): boolean {
  return specialOf(value) !== undefined;
}

function search(value: unknown, place: Place): string | undefined {
  const refuse = (what: string): string => {
    const { path } = place;
    place.note?.(path, value);
    return path.length === 0 ? `the value is ${what}` : `the value has ${what} at ${pathText(path)}`;
  };
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return undefined;
  if (typeof value !== 'object') return place.keeps(value) ? undefined : refuse(wordFor(value));
  if (place.ancestors.includes(value)) return refuse('a cycle');
  if (place.ancestors.length >= MAX_VALUE_DEPTH) return refuse(`more than ${MAX_VALUE_DEPTH} levels`);
  if (Array.isArray(value)) {
    if (!isPlainArray(value)) return refuse('an instance of a class');
    for (let index = 0; index < value.length; index += 1) {
      if (!Object.hasOwn(value, index)) return refuse('an array with a hole');
      const found = searchPart(value, index, value[index], place);
      if (found !== undefined) return found;
    }
    return ownNames(value) ? refuse('an array with named properties') : undefined;
  }
  if (isPlainObject(value)) {
    if (ownSymbols(value)) return refuse('an object with a symbol property');
    if (place.keeps === isNothing && hasOtherForm(value)) return refuse('an object with a method toJSON');
    return searchEach(value, Object.entries(value), place);
  }
  if (!place.keeps(value)) return refuse(wordFor(value));
  const content = specialOf(value)?.content;
  return Array.isArray(content) ? searchEach(value, [...content.entries()], place) : undefined;
}

function wordFor(value: unknown): string {
  if (typeof value === 'number') return 'a number that is not finite, or -0';
  const word = describe(value);
  return word === 'an object' ? 'an instance of a class' : word;
}

function searchEach(
  value: object,
  parts: readonly (readonly [string | number, unknown])[],
  place: Place,
): string | undefined {
  for (const [step, part] of parts) {
    const found = searchPart(value, step, part, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchPart(value: object, step: string | number, part: unknown, place: Place): string | undefined {
  return search(part, { ...place, path: [...place.path, step], ancestors: [...place.ancestors, value] });
}
