import type { ICache } from '../../../interfaces/cache.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../../foundation/describe.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignLifeMs, SECONDS_OR_NONE } from '../foreign-life.js';
import { foreignBytes, foreignText } from '../foreign-text.js';

const PREFIX = 'unstorage';
const SEPARATOR = ':';
const SECOND_MS = 1000;

/** Options of a call of unstorage, which has no types for them: `ttl` in seconds, `maxDepth` of `getKeys`. */
// biome-ignore lint/suspicious/noExplicitAny: unstorage has it so.
export type UnstorageCallOptions = Record<string, any>;

/** An item of `setItems`. */
export interface UnstorageItem {
  readonly key: string;
  readonly value: string;
  readonly options?: UnstorageCallOptions | undefined;
}

/** A driver of unstorage. */
export interface UnstorageDriver {
  readonly name: string;
  readonly flags: { readonly ttl: true; readonly maxDepth: true };
  hasItem(key: string): Promise<boolean>;
  getItem(key: string): Promise<string | null>;
  getItems(items: { readonly key: string }[]): Promise<{ key: string; value: string | null }[]>;
  getItemRaw(key: string): Promise<Uint8Array | null>;
  setItem(key: string, value: string, options?: UnstorageCallOptions): Promise<void>;
  setItems(items: UnstorageItem[], options?: UnstorageCallOptions): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: UnstorageCallOptions): Promise<void>;
  removeItem(key: string): Promise<void>;
  getMeta(key: string): Promise<{ ttl: number } | null>;
  getKeys(base?: string, options?: UnstorageCallOptions): Promise<string[]>;
  clear(base?: string): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A driver of unstorage over a cache: `ttl` in seconds with fractions, bytes without a detour over text, and a life for
 * everything. `dispose` does nothing: the cache belongs to whoever made it.
 */
export function unstorageDriver(cache: ICache, options: AdapterOptions = {}): UnstorageDriver {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const entries = new ForeignEntries(cache, prefix);
  const place = (key: string) => entries.place(key);
  const write = async (key: string, bytes: Uint8Array, life: unknown): Promise<void> => {
    await entries.write(place(key), bytes, foreignLifeMs(life, SECONDS_OR_NONE, expireMs));
  };
  const textBytes = (value: unknown) => foreignBytes(value, 'store bytes by setItemRaw');
  return {
    name: 'inversify-cache',
    flags: { ttl: true, maxDepth: true },
    hasItem: async (key) => entries.has(place(key)),
    getItem: async (key) => textOrNull(await entries.read(place(key))),
    getItems: async (items) => {
      const found = await entries.readMany(items.map(({ key }) => place(key)));
      return items.map(({ key }, index) => ({ key, value: textOrNull(found[index]) }));
    },
    getItemRaw: async (key) => (await entries.read(place(key))) ?? null,
    setItem: async (key, value, call) => write(key, textBytes(value), call?.ttl),
    setItems: async (items, call) => {
      const writes = items.map(
        (item) => [item.key, textBytes(item.value), item.options?.ttl ?? call?.ttl] as const,
      );
      await Promise.all(writes.map((item) => write(...item)));
    },
    setItemRaw: async (key, value, call) => write(key, rawBytes(value), call?.ttl),
    removeItem: async (key) => void (await entries.remove(place(key))),
    getMeta: async (key) => {
      const remainingMs = await cache.getExpiry(place(key).name);
      return remainingMs === null ? null : { ttl: remainingMs / SECOND_MS };
    },
    getKeys: async (base, call) => {
      const keys: string[] = [];
      const deepest: number = call?.maxDepth ?? Number.POSITIVE_INFINITY;
      for await (const key of entries.keys(startOf(base))) {
        if (key.split(SEPARATOR).length - 1 <= deepest) keys.push(key);
      }
      return keys;
    },
    clear: async (base) => entries.clear(startOf(base)),
    dispose: async () => undefined,
  };
}

/** Beginning of the keys below a base: `users` is not the base of `usersAbc:1`. */
function startOf(base: string | undefined): string {
  return base === undefined || base === '' || base.endsWith(SEPARATOR) ? (base ?? '') : `${base}${SEPARATOR}`;
}

function textOrNull(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : foreignText(bytes);
}

/** Bytes of a raw value: those of a view or a buffer, or of text as UTF-8. */
function rawBytes(value: unknown): Uint8Array {
  if (typeof value === 'string') return foreignBytes(value, 'store bytes');
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  throw new ArgumentError(
    `expected bytes or text as a raw value, got ${describe(value)}: store it by setItem`,
  );
}
