import { CodecError } from '../../../interfaces/errors.js';
import type { Policy } from '../policy/policy.js';
import { copyOf } from '../reading/copy.js';
import { type Decoded, decodedAgain, decodeEntry, type EncodedValue } from '../reading/values.js';
import type { StoredEntry } from '../store/stored-entry.js';

/** Result of a load. `busy`: another process does this refresh already, so callers that joined load for themselves. */
export type LoadOutcome<T> = Taking<T> | { readonly error: unknown } | 'busy';

/** Value of which each caller takes its own copy. */
export interface Taking<T> {
  readonly take: () => T | Promise<T>;
  /** Entry that had been stored meanwhile, so that the loader was not called. */
  readonly found?: StoredEntry;
}

/** Outcome of a loaded value: the first caller takes the value itself, each later one a copy. */
export function loadedOutcome<T>(value: T, encoded: EncodedValue | undefined, policy: Policy): Taking<T> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function')
    return { take: () => value };
  let given = false;
  return {
    take: () => {
      if (given) return anotherOf(value, encoded, policy);
      given = true;
      return value;
    },
  };
}

/** Outcome of an entry that was found: the first caller takes the decoded value, each later one decodes it again. */
export function foundOutcome<T>(
  entry: StoredEntry,
  decoded: { readonly value: T },
  policy: Policy,
): Taking<T> {
  let first: Decoded<T> | undefined = decoded;
  return {
    found: entry,
    take: async () => {
      const taken: Decoded<T> = first ?? (await decodeEntry<T>(entry, policy));
      first = undefined;
      return valueIn(taken);
    },
  };
}

/** Copies a value as it was loaded, before the first caller could change it, if the codec can represent it. */
function anotherOf<T>(value: T, encoded: EncodedValue | undefined, policy: Policy): T | Promise<T> {
  if (encoded === undefined) return copyOf(value, policy.codec);
  const decoded = decodedAgain<T>(encoded, policy);
  return decoded instanceof Promise ? decoded.then(valueIn) : valueIn(decoded);
}

function valueIn<T>(decoded: Decoded<T>): T {
  if ('value' in decoded) return decoded.value;
  throw new CodecError('E_DECODE', 'a value could be decoded once, but not a second time');
}
