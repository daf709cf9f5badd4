/** An error that was left in the store by the process whose load failed. */
export interface SharedFailure {
  /** Tells this failure from those before. */
  readonly id: string;
  readonly error: unknown;
}

const MAX_MESSAGE_LENGTH = 4096;

/** An error as bytes: what it is called, what it says, and its code. Its cause and its stack stay here. */
export function failureBytes(id: string, error: unknown): Uint8Array {
  const { name, message, code } = (error ?? {}) as Partial<Error> & { readonly code?: unknown };
  const said = error instanceof Error ? String(message) : shown(error);
  return Buffer.from(
    JSON.stringify({
      id,
      name: typeof name === 'string' ? name.slice(0, 256) : 'Error',
      message: said.slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
      ...((typeof code === 'string' || typeof code === 'number') && { code }),
    }),
  );
}

/** The error of a process, as an `Error` of its name, message and code; `undefined` for bytes that are none. */
export function failureFrom(bytes: Uint8Array | null | undefined): SharedFailure | undefined {
  if (bytes === null || bytes === undefined) return undefined;
  try {
    const { id, name, message, code } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof message !== 'string') return undefined;
    const error = new Error(message);
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
    if (typeof code === 'string' || typeof code === 'number') Object.assign(error, { code });
    return { id, error };
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a failure that cannot be shown';
  }
}
