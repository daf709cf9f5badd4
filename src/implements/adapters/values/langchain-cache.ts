import { createHash } from 'node:crypto';
import type { ICache } from '../../../interfaces/cache.js';
import { CodecError } from '../../../interfaces/errors.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignText } from '../foreign-text.js';

const PREFIX = 'langchain';
const DAY_MS = 86_400_000;

/** A generation of LangChain: its text, and whatever else the model told. */
export interface LangchainGeneration {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: LangChain has it so.
  readonly generationInfo?: Record<string, any> | undefined;
}

/** Parts that LangChain brings along (`@langchain/core/caches`). */
export interface LangchainParts<S, B extends object> {
  /** The class that caches of LangChain extend. */
  readonly BaseCache: abstract new () => B;
  // biome-ignore lint/suspicious/noExplicitAny: messages and their stored form belong to LangChain.
  readonly serializeGeneration: (generation: any) => S;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly deserializeStoredGeneration: (stored: S) => any;
}

/** A cache of LangChain. */
export interface LangchainCache {
  makeDefaultKeyEncoder(encoder: (...texts: string[]) => string): void;
  // biome-ignore lint/suspicious/noExplicitAny: generations belong to LangChain.
  lookup(prompt: string, llmKey: string): Promise<any[] | null>;
  update(prompt: string, llmKey: string, generations: readonly LangchainGeneration[]): Promise<void>;
}

/** Generations as they are stored, and the hash of the request that they answer. */
interface StoredGenerations<S> {
  readonly of: string;
  readonly generations: readonly { readonly stored: S; readonly info?: unknown }[];
}

/**
 * A cache of LangChain over a cache: all generations of a request are one entry, which is there as a whole or not at all,
 * with their messages, tool calls and `generationInfo`. Entries live for 24 hours, if `expire` says nothing else.
 */
export function langchainCache<S, B extends object>(
  { BaseCache, serializeGeneration, deserializeStoredGeneration }: LangchainParts<S, B>,
  cache: ICache,
  options: AdapterOptions = {},
): B & LangchainCache {
  const { prefix, expireMs } = adapterOptions(options, PREFIX, DAY_MS);
  const entries = new ForeignEntries(cache, prefix);

  class EntriesOfLangchain extends (BaseCache as unknown as new () => {
    keyEncoder: (...texts: string[]) => string;
  }) {
    async lookup(prompt: string, llmKey: string): Promise<unknown[] | null> {
      const bytes = await entries.read(entries.place(this.keyEncoder(prompt, llmKey)));
      const found = bytes && (parsed(bytes) as StoredGenerations<S> | undefined);
      // The encoder joins the two texts, so that different requests may have one key.
      if (found?.of !== requestHash(prompt, llmKey)) return null;
      return found.generations.map(({ stored, info }) => {
        const generation = deserializeStoredGeneration(stored);
        return info === undefined ? generation : { ...generation, generationInfo: info };
      });
    }

    async update(prompt: string, llmKey: string, generations: readonly LangchainGeneration[]): Promise<void> {
      const text = textOf({
        of: requestHash(prompt, llmKey),
        generations: generations.map((generation) => ({
          stored: serializeGeneration(generation),
          info: generation.generationInfo,
        })),
      });
      await entries.write(entries.place(this.keyEncoder(prompt, llmKey)), Buffer.from(text), expireMs);
    }
  }
  return new EntriesOfLangchain() as unknown as B & LangchainCache;
}

function requestHash(prompt: string, llmKey: string): string {
  return createHash('sha256')
    .update(JSON.stringify([prompt, llmKey]))
    .digest('base64url');
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new CodecError('E_ENCODE', 'expected generations that JSON represents, got a cycle or a bigint', {
      cause,
    });
  }
}

/** Value of stored bytes; `undefined`, which is a miss, for those of something else. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(foreignText(bytes)) ?? undefined;
  } catch {
    return undefined;
  }
}
