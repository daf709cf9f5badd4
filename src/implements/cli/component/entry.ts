import { ICache } from '../../../interfaces/cache.js';
import type { IComponentSite } from '../../../interfaces/component-site.js';
import { IKeyValue } from '../../../interfaces/key-value.js';
import { type CacheKey, ITypedCache } from '../../../interfaces/typed-cache.js';
import { suggestion } from '../../site/text/suggest.js';
import { type Call, textOption } from '../frame/call.js';
import { fileOf } from '../frame/file-of.js';
import { UsageError } from '../frame/usage-error.js';

/** Component of an entry that a command works on. */
export type Entry =
  | { readonly of: 'ICache'; readonly cache: ICache }
  | { readonly of: 'ITypedCache'; readonly cache: ITypedCache<unknown> }
  | { readonly of: 'IKeyValue'; readonly cache: IKeyValue };

const KINDS = ['ICache', 'ITypedCache', 'IKeyValue'] as const;

/** An entry, and what a command needs to know of it. */
export interface OpenEntry {
  readonly entry: Entry;
  /** Interface and name, for messages. */
  readonly label: string;
  readonly name: string;
}

/** Opens the entry that a call names, works with it, and closes what was opened. */
export async function withEntry<T>(call: Call, work: (open: OpenEntry) => Promise<T>): Promise<T> {
  const file = await fileOf(call);
  const name = textOption(call, 'cache') ?? '';
  const asked = textOption(call, 'interface');
  const all = file.entries.filter(({ interface: of }) => KINDS.some((kind) => kind === of));
  const found = all.filter((one) => one.name === name && (asked === undefined || one.interface === asked));
  const [first, second] = found;
  const shown = (one: { readonly interface: string; readonly name: string }) =>
    `${one.interface} ${JSON.stringify(one.name)}`;
  if (first === undefined) {
    const near = suggestion(name, new Set(all.map((one) => one.name)));
    throw new UsageError(
      `expected the name of a cache in ${file.path}, got ${JSON.stringify(name)}`,
      near ??
        (all.length === 0
          ? 'it declares none'
          : `it declares ${all.map(shown).join(', ')}: pass --cache NAME`),
    );
  }
  if (second !== undefined) {
    throw new UsageError(
      `several entries of ${file.path} have the name ${JSON.stringify(name)}: ${found.map(shown).join(', ')}`,
      'pass --interface',
    );
  }
  const site = await file.open(first.interface, name);
  try {
    return await work({ entry: entryOf(site, first.interface, name), label: shown(first), name });
  } finally {
    await site.close();
  }
}

function entryOf(site: IComponentSite, of: string, name: string): Entry {
  if (of === 'ICache') return { of, cache: site.getComponent(ICache, name) };
  if (of === 'ITypedCache') return { of, cache: site.getComponent<ITypedCache<unknown>>(ITypedCache, name) };
  return { of: 'IKeyValue', cache: site.getComponent(IKeyValue, name) };
}

/** Key of a typed cache: JSON where it is JSON (`7`, `["a",1]`), else the text itself. */
export function typedKey(text: string): CacheKey {
  try {
    return JSON.parse(text) as CacheKey;
  } catch {
    return text;
  }
}

/** Refuses an entry whose interface lacks the command. */
export function lacks(command: string, { label }: OpenEntry, hint: string): UsageError {
  return new UsageError(`${command} conflicts with ${label}, which has no such operation`, hint);
}
