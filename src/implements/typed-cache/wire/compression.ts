import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { CompressionAlgorithm } from './envelope.js';

/**
 * Maximum size of a payload that is compressed synchronously, and of an output that is decompressed synchronously,
 * which blocks the event loop for less than a millisecond. Larger ones go to the thread pool.
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

/** Zstandard functions of `node:zlib`, which Node has since 22.15. */
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
        // The default quality is the maximum, which takes a hundred times as long.
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

/** Tells whether this version of Node has an algorithm. */
export function isAvailable(algorithm: CompressionAlgorithm): boolean {
  return algorithm === 'none' || METHODS.has(algorithm);
}

/** A payload and its compression. */
export interface CompressedPayload {
  readonly compression: CompressionAlgorithm;
  readonly payload: Uint8Array;
}

/**
 * Compresses a payload, unless that would not make it smaller.
 *
 * @returns The result itself up to `SYNC_BYTES`, otherwise a promise; until then, the payload must not change.
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
 * Restores the original payload, in new memory unless it was not compressed.
 *
 * @param maxBytes  Maximum size of the output: a larger one is refused and not produced, because a few bytes may expand
 *   to gigabytes.
 * @returns The payload or a promise of it; `undefined` when it cannot be decompressed, is too large, or uses an
 *   algorithm that this version of Node does not have.
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
