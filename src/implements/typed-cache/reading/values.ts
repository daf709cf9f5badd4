import { CodecError } from '../../../interfaces/errors.js';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import type { Policy } from '../policy/policy.js';
import type { Request } from '../policy/request.js';
import type { StoredEntry } from '../store/stored-entry.js';
import { compress, decompress } from '../wire/compression.js';
import type { CompressionAlgorithm, EnvelopeKind } from '../wire/envelope.js';

/** The most that compressed bytes may come to. */
const MAX_PAYLOAD_BYTES = 64 * 1024 ** 2;
const NOTHING = new Uint8Array(0);

/** A value as its codec wrote it. */
export interface EncodedValue {
  readonly kind: EnvelopeKind;
  readonly bytes: Uint8Array;
}

/** What bytes came to: a value, or why there is none. */
export type Decoded<T> = { readonly value: T } | { readonly miss: 'undecodable' | 'schema' };

const UNDECODABLE = Object.freeze({ miss: 'undecodable' } as const);
const REFUSED = Object.freeze({ miss: 'schema' } as const);

/** @throws {CodecError} `E_ENCODE` for a value that the codec cannot keep. */
export function encodeValue(value: unknown, { codec, keepsNull }: Policy): EncodedValue {
  if (value === null) {
    if (keepsNull) return { kind: 'null', bytes: NOTHING };
    throw new CodecError('E_ENCODE', `without an envelope, the codec "${codec.id}" has no word for null`);
  }
  if (value === undefined) return { kind: 'absent', bytes: NOTHING };
  try {
    return { kind: 'value', bytes: codec.encode(value) };
  } catch (error) {
    if (CodecError.is(error)) throw error;
    throw new CodecError('E_ENCODE', `the codec ${codec.id} failed on a value`, { cause: error });
  }
}

/** The payload of an envelope, compressed where that pays. */
export async function payloadOf(
  { bytes }: EncodedValue,
  { compression, compressFromBytes }: Policy,
): Promise<{ readonly compression: CompressionAlgorithm; readonly payload: Uint8Array }> {
  // What would come to more than is decompressed could never be read again.
  if (bytes.byteLength < compressFromBytes || bytes.byteLength > MAX_PAYLOAD_BYTES)
    return { compression: 'none', payload: bytes };
  return compress(bytes, compression);
}

/** The value of an entry, in memory of its own. Without compression and schema at once, else later. */
export function decodeEntry<T>(entry: StoredEntry, policy: Policy): Decoded<T> | Promise<Decoded<T>> {
  const { kind, compression } = entry;
  if (kind !== 'value') return accepted<T>(kind === 'null' ? null : undefined, policy.schema);
  if (entry.codec !== policy.codec.id) return UNDECODABLE;
  if (compression === 'none') return decodePayload<T>(entry.payload, policy);
  const bytes = decompress({ payload: entry.payload, compression }, MAX_PAYLOAD_BYTES);
  if (bytes instanceof Promise) return bytes.then((some) => decodePayload<T>(some, policy));
  return decodePayload<T>(bytes, policy);
}

/** What a value would be that was stored and read again. */
export function asStored<T>(value: unknown, policy: Policy): Decoded<T> | Promise<Decoded<T>> {
  try {
    const { kind, bytes } = encodeValue(value, policy);
    if (kind !== 'value') return accepted<T>(value, policy.schema);
    return decodePayload<T>(bytes, policy);
  } catch {
    return UNDECODABLE;
  }
}

/**
 * The value of an entry for one caller: a schema that takes longer than a step of the call may is one that refuses.
 *
 * @throws {OperationError} `E_ABORTED`.
 */
export function decodeInTime<T>(entry: StoredEntry, request: Request): Decoded<T> | Promise<Decoded<T>> {
  const decoded = decodeEntry<T>(entry, request.policy);
  if (!(decoded instanceof Promise)) return decoded;
  return request.step(decoded).catch((error: unknown) => {
    if (request.isAborted) throw error;
    return request.policy.schema === undefined ? UNDECODABLE : REFUSED;
  });
}

function decodePayload<T>(bytes: Uint8Array | undefined, policy: Policy): Decoded<T> | Promise<Decoded<T>> {
  if (bytes === undefined) return UNDECODABLE;
  let value: unknown;
  try {
    value = policy.codec.decode(bytes);
  } catch {
    return UNDECODABLE;
  }
  return accepted<T>(value, policy.schema);
}

/** What a schema says of a value. "Absent" is no value, and not for it to judge. */
function accepted<T>(value: unknown, schema: IStandardSchema | undefined): Decoded<T> | Promise<Decoded<T>> {
  if (schema === undefined || value === undefined) return { value: value as T };
  try {
    const result = schema['~standard'].validate(value);
    if (!isThenable(result)) return result.issues ? REFUSED : { value: result.value as T };
    return Promise.resolve(result).then(
      (later) => (later.issues ? REFUSED : { value: later.value as T }),
      () => REFUSED,
    );
  } catch {
    return REFUSED;
  }
}

function isThenable<R>(result: R | PromiseLike<R>): result is PromiseLike<R> {
  return typeof (result as Partial<PromiseLike<R>>).then === 'function';
}
