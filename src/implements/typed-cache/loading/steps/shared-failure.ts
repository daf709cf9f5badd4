/** Note in the store from a process whose load stored nothing, for processes that wait for it. */
export interface Left {
  /** Identifies the load. */
  readonly id: string;
  /** Error of the load; `undefined` for a value that is not shared. */
  readonly failure: { readonly error: unknown } | undefined;
}

const MAX_MESSAGE_LENGTH = 4096;

/** Encodes an error as name, message and code; its cause and stack are not shared. */
export function failureBytes(id: string, error: unknown): Uint8Array {
  const { name, message, code } = partsOf(error);
  return Buffer.from(
    JSON.stringify({
      id,
      name: typeof name === 'string' ? name.slice(0, 256).toWellFormed() : 'Error',
      message: message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
      ...((typeof code === 'string' || typeof code === 'number') && { code }),
    }),
  );
}

/** Encodes a note that the value is not stored, so that waiting processes load for themselves. */
export function unsharedBytes(id: string): Uint8Array {
  return Buffer.from(JSON.stringify({ id, unshared: true }));
}

/** Decodes a note, with its error as an `Error` of that name, message and code; `undefined` for other bytes. */
export function leftIn(bytes: Uint8Array | null | undefined): Left | undefined {
  if (bytes === null || bytes === undefined) return undefined;
  try {
    const { id, name, message, code, unshared } = JSON.parse(Buffer.from(bytes).toString()) as Record<
      string,
      unknown
    >;
    if (typeof id !== 'string') return undefined;
    if (unshared === true) return { id, failure: undefined };
    if (typeof name !== 'string' || typeof message !== 'string') return undefined;
    const error = new Error(message);
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
    if (typeof code === 'string' || typeof code === 'number') Object.assign(error, { code });
    return { id, failure: { error } };
  } catch {
    return undefined;
  }
}

/** Reads the parts of anything that was thrown, even an object whose properties throw. */
function partsOf(error: unknown): {
  readonly name: unknown;
  readonly message: string;
  readonly code: unknown;
} {
  try {
    const { name, message, code } = (error ?? {}) as Partial<Error> & { readonly code?: unknown };
    return { name, message: error instanceof Error ? String(message) : String(error), code };
  } catch {
    return { name: 'Error', message: 'a failure that cannot be shown', code: undefined };
  }
}
