/**
 * Whether an object is data and not an instance of a class: made by a literal, by `JSON.parse`, or without prototype.
 * An `Object.prototype` of another realm is one too: test runners and `node:vm` have their own.
 */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    typeof prototype === 'object' &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, 'isPrototypeOf')
  );
}

/** Whether an object has properties that are named by symbols, which no format keeps. */
export function ownSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

/** Whether an array has properties beside its items, which no format keeps. Of one without holes; these count too. */
export function ownNames(value: readonly unknown[]): boolean {
  return Object.keys(value).length !== value.length;
}

/** Whether an array is data and not an instance of a subclass. The prototype of arrays is an array, in every realm. */
export function isPlainArray(value: readonly unknown[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || Array.isArray(prototype);
}
