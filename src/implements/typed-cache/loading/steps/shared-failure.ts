/** Note in the store from a process whose load stored nothing, for processes that wait for it. */
export interface Left {
  /** Identifies the load. */
  readonly id: string;
  /** Error of the load; `undefined` when waiting processes load for themselves. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Parts of an error that are shared: all of them, those that carry no text of the application, or none. */
export type SharedErrors = 'full' | 'name' | 'none';

type Primitive = string | number | boolean | null;

const MAX_MESSAGE_LENGTH = 4096;
const MAX_NAME_LENGTH = 256;
const MAX_PROPERTIES = 16;
const MAX_PROPERTY_LENGTH = 1024;
/** Properties that are shared otherwise, or not at all. */
const APART = new Set(['name', 'message', 'stack', 'cause', '__proto__']);
/** Names of properties whose text may be a secret, or input of a user: these stay in their process. */
const SECRETIVE = /pass|secret|token|auth|cookie|credential|session|signature|key|sql|query|body/i;
const UNTOLD = 'the load failed in another process';

/**
 * Encodes an error by its class name, message and own primitive properties; cause, stack and text that may be a secret
 * are not shared.
 */
export function failureBytes(id: string, error: unknown, shared: SharedErrors): Uint8Array {
  if (shared === 'none') return unsharedBytes(id);
  const { name, message, properties } = partsOf(error);
  const isTold = shared === 'full';
  const told = Object.entries(properties).filter(
    ([key, value]) => typeof value !== 'string' || key === 'code' || (isTold && !SECRETIVE.test(key)),
  );
  return Buffer.from(
    JSON.stringify({
      id,
      name: name.slice(0, MAX_NAME_LENGTH).toWellFormed(),
      message: isTold ? message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed() : UNTOLD,
      properties: told,
    }),
  );
}

/** Encodes a note that nothing is shared, so that waiting processes load for themselves. */
export function unsharedBytes(id: string): Uint8Array {
  return Buffer.from(JSON.stringify({ id, unshared: true }));
}

/** Decodes a note, with its error as an `Error` of that name, message and properties; `undefined` for other bytes. */
export function leftIn(bytes: Uint8Array | null | undefined): Left | undefined {
  if (bytes === null || bytes === undefined) return undefined;
  try {
    const note = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    const { id, name, message, unshared, properties = [], code } = note;
    if (typeof id !== 'string') return undefined;
    if (unshared === true) return { id, failure: undefined };
    if (typeof name !== 'string' || typeof message !== 'string') return undefined;
    const error = new Error(message);
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
    // A note of an earlier version has the code alone.
    const told = [...(properties as [unknown, unknown][]), ...(code === undefined ? [] : [['code', code]])];
    for (const [key, value] of told) {
      if (typeof key !== 'string' || APART.has(key) || !isPrimitive(value)) continue;
      Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: true });
    }
    return { id, failure: { error } };
  } catch {
    return undefined;
  }
}

/** Reads the parts of anything that was thrown, even an object whose properties throw. */
function partsOf(error: unknown): {
  readonly name: string;
  readonly message: string;
  readonly properties: Readonly<Record<string, Primitive>>;
} {
  try {
    const { code } = (error ?? {}) as { readonly code?: unknown };
    return {
      name: nameOf(error),
      message: error instanceof Error ? String(error.message) : String(error),
      properties: { ...(isPrimitive(code) && { code }), ...propertiesOf(error) },
    };
  } catch {
    return { name: 'Error', message: 'a failure that cannot be shown', properties: {} };
  }
}

/** Name of an error; that of its class, where neither the error nor its class sets one. */
function nameOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error';
  const { name, constructor: made } = error as { readonly name?: unknown; readonly constructor?: unknown };
  const isSet =
    typeof made !== 'function' ||
    Object.hasOwn(error, 'name') ||
    Object.hasOwn((made.prototype ?? {}) as object, 'name');
  const own: unknown = isSet ? undefined : made.name;
  const told = typeof own === 'string' && own !== '' ? own : name;
  return typeof told === 'string' ? told : 'Error';
}

/** Own primitive properties of an error, the first ones of it and none that is long. */
function propertiesOf(error: unknown): Record<string, Primitive> {
  const found: Record<string, Primitive> = {};
  if (typeof error !== 'object' || error === null) return found;
  let left = MAX_PROPERTIES;
  for (const key of Object.keys(error)) {
    if (left === 0) break;
    const value: unknown = Object.getOwnPropertyDescriptor(error, key)?.value;
    if (APART.has(key) || key.length > MAX_NAME_LENGTH || !isPrimitive(value)) continue;
    found[key] = value;
    left--;
  }
  return found;
}

/** `true` for a value that JSON keeps and that is not long. */
function isPrimitive(value: unknown): value is Primitive {
  if (typeof value === 'string') return value.length <= MAX_PROPERTY_LENGTH && value.isWellFormed();
  return (
    value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}
