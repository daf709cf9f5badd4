/** What the process whose load came to nothing that is stored has left in the store for those who wait for it. */
export interface Left {
  /** Tells this load from those before. */
  readonly id: string;
  /** The error of the load; none where it gave a value that is not shared. */
  readonly failure: { readonly error: unknown } | undefined;
}

const MAX_MESSAGE_LENGTH = 4096;

/** An error as bytes: what it is called, what it says, and its code. Its cause and its stack stay here. */
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

/** That a load came to a value that is not stored: who waits for it has to load. */
export function unsharedBytes(id: string): Uint8Array {
  return Buffer.from(JSON.stringify({ id, unshared: true }));
}

/** What a process has left, an error as an `Error` of its name, message and code; `undefined` for bytes that are none. */
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

/** Anything can be thrown, also what cannot be looked at. */
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
