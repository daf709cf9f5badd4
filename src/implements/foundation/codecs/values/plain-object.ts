/**
 * Tells whether an object is data, not an instance of a class: created by a literal, by `JSON.parse`, or without a
 * prototype. The `Object.prototype` of another realm counts too: test runners and `node:vm` have their own.
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

/** Tells whether an object has properties named by symbols, which no format can represent. */
export function ownSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

/** Tells whether an array has holes, or properties other than its items, which no format can represent. */
export function ownNames(value: readonly unknown[]): boolean {
  return Object.keys(value).length !== value.length;
}

/** Tells whether an array is data, not an instance of a subclass: in every realm, its prototype is then an array. */
export function isPlainArray(value: readonly unknown[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || Array.isArray(prototype);
}
