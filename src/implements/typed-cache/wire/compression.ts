import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { CompressionAlgorithm } from './envelope.js';

/**
 * Payloads up to this size are compressed at once, and decompressed at once as long as no more than this comes out:
 * that keeps the event loop for less than a millisecond. The rest is done by the thread pool.
 */
export const SYNC_BYTES = 32 * 1024;

type Bound = { readonly maxOutputLength: number };
type Step<O> = (bytes: Uint8Array, options: O) => Buffer;
type SlowStep<O> = (bytes: Uint8Array, options: O) => Promise<Buffer>;

interface Method {
  readonly compress: Step<object>;
  readonly compressSlowly: SlowStep<object>;
  readonly decompress: Step<Bound>;
  readonly decompressSlowly: SlowStep<Bound>;
  readonly options: object;
}

/** Node has it from 22.15 on. */
interface Zstd {
  readonly zstdCompressSync?: Step<object>;
  readonly zstdCompress?: unknown;
  readonly zstdDecompressSync?: Step<Bound>;
  readonly zstdDecompress?: unknown;
}

const METHODS: ReadonlyMap<CompressionAlgorithm, Method> = new Map(methods());

function methods(): [CompressionAlgorithm, Method][] {
  const found: [CompressionAlgorithm, Method][] = [
    [
      'gzip',
      {
        compress: zlib.gzipSync,
        compressSlowly: promisify(zlib.gzip) as SlowStep<object>,
        decompress: zlib.gunzipSync,
        decompressSlowly: promisify(zlib.gunzip) as SlowStep<Bound>,
        options: {},
      },
    ],
    [
      'brotli',
      {
        compress: zlib.brotliCompressSync,
        compressSlowly: promisify(zlib.brotliCompress) as SlowStep<object>,
        decompress: zlib.brotliDecompressSync,
        decompressSlowly: promisify(zlib.brotliDecompress) as SlowStep<Bound>,
        // The default is the best that it can, and takes a hundred times as long.
        options: { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } },
      },
    ],
  ];
  const zstd = zlib as Zstd;
  if (zstd.zstdCompressSync !== undefined && zstd.zstdDecompressSync !== undefined) {
    found.push([
      'zstd',
      {
        compress: zstd.zstdCompressSync,
        compressSlowly: promisify(zstd.zstdCompress as typeof zlib.gzip) as SlowStep<object>,
        decompress: zstd.zstdDecompressSync,
        decompressSlowly: promisify(zstd.zstdDecompress as typeof zlib.gunzip) as SlowStep<Bound>,
        options: {},
      },
    ]);
  }
  return found;
}

/** Whether this version of Node has an algorithm. */
export function isAvailable(algorithm: CompressionAlgorithm): boolean {
  return algorithm === 'none' || METHODS.has(algorithm);
}

/** A payload, and what was done to it. */
export interface CompressedPayload {
  readonly compression: CompressionAlgorithm;
  readonly payload: Uint8Array;
}

/**
 * Makes a payload smaller; what would not become smaller stays as it is.
 *
 * @returns At once up to `SYNC_BYTES`, else later. The payload must not change until then.
 */
export function compress(
  payload: Uint8Array,
  compression: CompressionAlgorithm,
): CompressedPayload | Promise<CompressedPayload> {
  const method = METHODS.get(compression);
  if (method === undefined) return { compression: 'none', payload };
  const unchanged: CompressedPayload = { compression: 'none', payload };
  const smaller = (compressed: Uint8Array): CompressedPayload =>
    compressed.byteLength < payload.byteLength ? { compression, payload: compressed } : unchanged;
  if (payload.byteLength <= SYNC_BYTES) return smaller(method.compress(payload, method.options));
  return method.compressSlowly(payload, method.options).then(smaller, () => unchanged);
}

/**
 * The payload as it was, in memory of its own unless it was not compressed.
 *
 * @param maxBytes  More than this is refused, and not made: a few bytes may claim to be gigabytes.
 * @returns At once or later; `undefined` for what cannot be decompressed, or is larger, or of an algorithm that this
 *   version of Node does not have.
 */
export function decompress(
  { payload, compression }: CompressedPayload,
  maxBytes: number,
): Uint8Array | undefined | Promise<Uint8Array | undefined> {
  if (compression === 'none') return payload.byteLength <= maxBytes ? payload : undefined;
  const method = METHODS.get(compression);
  if (method === undefined) return undefined;
  if (payload.byteLength <= SYNC_BYTES) {
    try {
      return method.decompress(payload, { maxOutputLength: Math.min(SYNC_BYTES, maxBytes) });
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE' || maxBytes <= SYNC_BYTES) {
        return undefined;
      }
    }
  }
  return method.decompressSlowly(payload, { maxOutputLength: maxBytes }).catch(() => undefined);
}
