import {
  type BundledBytes,
  decodeBundle,
  encodeBundle,
  isBundle,
} from '../../../src/implements/typed-cache/wire/bundle.js';
import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { idle } from './failure-flaws.js';
import { changeStore, mutant, type TypedMutant } from './flaws.js';

type Parts = readonly BundledBytes[];

/** Changes the envelopes of values that hold several. */
const bundling = (make: (parts: Parts) => Parts, when: (fence: unknown) => boolean = () => true): TypedFlaw =>
  changeStore('write', (original) => (key, value, life, fence, carried) => {
    if (!isBundle(value) || !when(fence)) return original(key, value, life, fence, carried);
    const parts = make(decodeBundle(value));
    const [first] = parts;
    const changed = parts.length === 1 && first !== undefined ? first.bytes : encodeBundle(parts);
    return original(key, changed, life, fence, carried);
  });

const atMost = (count: number): TypedFlaw => bundling((parts) => parts.slice(0, count));
const longest = bundling((parts) => parts.map(({ bytes }) => ({ bytes, beforeMs: 0 })));

/** Stores the value that a set replaces beside the new one. */
const keeping: TypedFlaw = changeStore(
  'write',
  (original, _, { raw }) =>
    async (key, value, life, fence, carried) => {
      const before = (await raw.read({ keys: [key] })).entries[0]?.value;
      if (!before || typeof fence !== 'object') return original(key, value, life, fence, carried);
      const old = isBundle(before) ? (decodeBundle(before)[0]?.bytes ?? before) : before;
      const parts = [value, old].map((bytes) => ({ bytes, beforeMs: 0 }));
      return original(key, encodeBundle(parts), life, fence, carried);
    },
);

/** Removes the last value of a key, and leaves the one before. */
const leaving: TypedFlaw = changeStore('invalidate', (original, _, { raw }) => async (keys) => {
  const { entries } = await raw.read({ keys });
  const count = await original(keys);
  for (const [index, key] of (keys as string[]).entries()) {
    const [, second] = decodeBundle(entries[index]?.value ?? new Uint8Array(0));
    if (second !== undefined) await raw.write(key, second.bytes, '1m');
  }
  return count;
});

export const typedEditionMutants: readonly TypedMutant[] = [
  mutant(
    'two versions on one namespace have their hits side by side',
    'stores the values of the last version only',
    atMost(1),
  ),
  mutant(
    'two codecs on one namespace have their hits side by side',
    'stores the values of the last codec only',
    atMost(1),
  ),
  mutant(
    'values of two versions outlive loads of the other one',
    'replaces the values of another version with its own',
    atMost(1),
  ),
  mutant(
    'a value beside that of another version expires at its own time',
    'lets all values of a key live as long as the longest',
    longest,
  ),
  mutant('sliding restarts the TTL of its own version only', 'restarts the TTLs of all versions', longest),
  mutant(
    'delete, deleteMany and clear reach the values of every version',
    'removes the last value of a key only',
    leaving,
  ),
  mutant(
    'invalidateTags reaches the values of every version that carry the tag',
    'ignores invalidateTags',
    idle('invalidateTags'),
  ),
  mutant(
    'expire leaves a stale value of every version',
    'expires the last value of a key and removes the others',
    bundling(
      (parts) => parts.slice(0, 1),
      (fence) => typeof fence === 'object',
    ),
  ),
  mutant(
    'set and a forced load replace the values of every version',
    'stores a set value beside the one before',
    keeping,
  ),
  mutant(
    'a load beside another version never brings back what was removed meanwhile',
    'stores whatever the fence is',
    changeStore('write', (original) => (key, value, life) => original(key, value, life)),
  ),
  mutant(
    'four versions have their hits, and a fifth takes the place of the oldest',
    'stores the values of two versions only',
    atMost(2),
  ),
  mutant(
    'a lease never waits for the load of another version',
    'shares the lease of a key between versions',
    changeStore(
      'acquireLease',
      (original) =>
        (key: string, ...more) =>
          original(key.replace(/,"\d","\w+"\]$/, ']'), ...more),
    ),
  ),
  mutant(
    'lease cluster loads a cold key once among the processes of each version',
    'takes leases that others hold',
    changeStore('acquireLease', () => async () => true),
  ),
  mutant(
    'a key with values of one version holds a single envelope',
    'stores every value twice',
    changeStore('write', (original) => (key, value, ...more) => {
      const part = { bytes: value, beforeMs: 0 };
      return original(key, encodeBundle([part, part]), ...more);
    }),
  ),
];
