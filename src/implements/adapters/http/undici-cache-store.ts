import { Writable } from 'node:stream';
import type { ICache } from '../../../interfaces/cache.js';
import { ArgumentError, ConnectionError, OperationError } from '../../../interfaces/errors.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { describe } from '../../foundation/describe.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ResponseEntries, type ResponseVariant } from './response-entries.js';

const PREFIX = 'undici';
const MAX_BODY_BYTES = 5 * 1024 ** 2;
const MAX_VARIANTS = 16;

/** Headers by their names in lower case. */
export type UndiciHeaders = Record<string, string | string[]>;

/** A request, as undici asks for its response. */
export interface UndiciCacheKey {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: UndiciHeaders;
}

/** A response without its body; times are milliseconds since 1970. */
export interface UndiciCacheValue {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: UndiciHeaders;
  /** Headers of the request on which the response depends; `null` for one that was absent. */
  readonly vary?: Record<string, string | string[] | null>;
  readonly etag?: string;
  // biome-ignore lint/suspicious/noExplicitAny: directives belong to undici.
  readonly cacheControlDirectives?: any;
  readonly cachedAt: number;
  readonly staleAt: number;
  readonly deleteAt: number;
}

/** A response with its body. */
export type UndiciCacheResult = UndiciCacheValue & {
  readonly body: Buffer[];
  // biome-ignore lint/suspicious/noExplicitAny: directives belong to undici.
  readonly cacheControlDirectives: any;
};

/** Options of `undiciCacheStore`. */
export interface UndiciCacheOptions extends Omit<AdapterOptions, 'expire'> {
  /** Maximum bytes of a body; a larger one is not stored. Default: 5 MiB, as in undici. */
  readonly maxBodyBytes?: number | undefined;
  /** Maximum number of responses for one address, of which the oldest give way. Default: 16. */
  readonly maxVariants?: number | undefined;
}

/** A store of the cache interceptor of undici. */
export interface UndiciCacheStore {
  get(key: UndiciCacheKey): Promise<UndiciCacheResult | undefined>;
  createWriteStream(key: UndiciCacheKey, value: UndiciCacheValue): Writable | undefined;
  delete(key: UndiciCacheKey): Promise<void>;
}

/**
 * A store of the cache interceptor of undici over a cache that is a fenced store, too. A store that is away costs a
 * request to the origin, and `delete` rejects, because a response that is outdated would be used.
 */
export function undiciCacheStore(cache: ICache, options: UndiciCacheOptions = {}): UndiciCacheStore {
  const { maxBodyBytes = MAX_BODY_BYTES, maxVariants = MAX_VARIANTS, ...rest } = options;
  const { prefix } = adapterOptions(rest, PREFIX);
  requireCount('maxBodyBytes', maxBodyBytes);
  requireCount('maxVariants', maxVariants);
  const entries = new ResponseEntries<UndiciCacheValue>(cache, prefix, maxVariants);
  return {
    get: async (key) => {
      try {
        const found = await entries.find(addressOf(key), fitting(key));
        if (found === undefined) return undefined;
        const { value, body } = found;
        const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
        return {
          ...value,
          cacheControlDirectives: value.cacheControlDirectives ?? {},
          body: bytes.length === 0 ? [] : [bytes],
        };
      } catch (error) {
        if (isOutage(error)) return undefined;
        throw error;
      }
    },
    createWriteStream: (key, value) => {
      if (!(value.deleteAt > timeOfDayMs())) return undefined;
      const address = addressOf(key);
      // Asked for before the body arrives: what is forgotten meanwhile is not stored.
      const begun = entries.begin(address, value.deleteAt).catch(() => null);
      return bodyStream(maxBodyBytes, async (body) => {
        const token = await begun;
        if (token === null) return;
        const { method } = key;
        const response = { method, deleteAt: value.deleteAt, value, body };
        await entries.commit(address, token, response, fitting(key));
      });
    },
    delete: async (key) => entries.forget(addressOf(key)),
  };
}

/** Stream that hands over a whole body. One that is too long, breaks, or is not stored, leaves nothing. */
function bodyStream(maxBytes: number, store: (body: Uint8Array) => Promise<void>): Writable {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        chunks.length = 0;
        this.destroy();
      } else chunks.push(chunk);
      done();
    },
    final(done) {
      // A response that could not be stored is asked for again; the request has its answer.
      store(Buffer.concat(chunks)).then(
        () => done(),
        () => done(),
      );
    },
  });
}

function addressOf(key: UndiciCacheKey): string {
  if (typeof key?.origin !== 'string' || typeof key.path !== 'string' || typeof key.method !== 'string')
    throw new ArgumentError(`expected a key with origin, path and method, got ${describe(key)}`);
  return `${key.origin} ${key.path}`;
}

/** Tells whether a response answers a request: the same method, and the same headers of those that it depends on. */
function fitting({
  method,
  headers,
}: UndiciCacheKey): (variant: ResponseVariant<UndiciCacheValue>) => boolean {
  return (variant) =>
    variant.method === method &&
    Object.entries(variant.value.vary ?? {}).every(([name, value]) => isSame(headers?.[name], value));
}

function isSame(asked: string | string[] | undefined, stored: string | string[] | null): boolean {
  if (asked === undefined || stored === null) return (asked ?? null) === stored;
  return JSON.stringify(asked) === JSON.stringify(stored);
}

function requireCount(name: string, count: unknown): void {
  if (!Number.isSafeInteger(count) || (count as number) < 1)
    throw new ArgumentError(`expected ${name} as a whole number above 0, got ${describe(count)}`);
}

function isOutage(error: unknown): boolean {
  return ConnectionError.is(error) || OperationError.is(error);
}
