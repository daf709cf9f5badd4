/** Metadata of `reflect-metadata`, where it is loaded. */
interface MetadataReader {
  getOwnMetadataKeys?(target: object): readonly unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

/** Leads from a wrapper to the method that it wraps. */
const WRAPPED = Symbol.for('inversify-cache.wrapped');
/** Marks the wrapper that caches, through all that wrap it. */
const CACHES = Symbol.for('inversify-cache.caches');

type Wrapper = object & { readonly [WRAPPED]?: object; readonly [CACHES]?: true };

/** Gives a wrapper the name, the length and the metadata of its method, which frameworks look for. */
export function likeness<F extends object>(wrapper: F, method: object, caches: boolean): F {
  for (const name of ['name', 'length']) define(wrapper, name, Reflect.get(method, name));
  define(wrapper, WRAPPED, method);
  if (caches || isCaching(method)) define(wrapper, CACHES, true);
  const metadata = Reflect as MetadataReader;
  for (const key of metadata.getOwnMetadataKeys?.(method) ?? []) {
    metadata.defineMetadata?.(key, metadata.getOwnMetadata?.(key, method), wrapper);
  }
  return wrapper;
}

/** Tells whether a method is cached by `@Cacheable`, however many decorators are around it. */
export function isCaching(method: object): boolean {
  return (method as Wrapper)[CACHES] === true;
}

/** Tells whether a method is a wrapper, or wraps it at any depth. */
export function wraps(method: unknown, wrapper: object): boolean {
  for (let step = method; typeof step === 'function'; step = (step as Wrapper)[WRAPPED]) {
    if (step === wrapper) return true;
  }
  return false;
}

function define(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true });
}
