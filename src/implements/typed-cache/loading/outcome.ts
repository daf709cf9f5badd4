import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import type { Policy } from '../policy/policy.js';
import { copyOf } from '../reading/copy.js';
import { type Decoded, decodeEntry, type EncodedValue } from '../reading/values.js';
import type { StoredEntry } from '../store/stored-entry.js';

/** Result of a load. `busy`: a refresh that another process does already, so that whoever waits loads for itself. */
export type LoadOutcome<T> = Taking<T> | { readonly error: unknown } | 'busy';

/** A value, of which each caller takes one of its own. */
export interface Taking<T> {
  readonly take: () => T | Promise<T>;
  /** The entry, where no load was needed because it had been stored meanwhile. */
  readonly found?: StoredEntry;
}

/** A loaded value: itself for the first who takes it, and a copy for each other one. */
export function loadedOutcome<T>(value: T, encoded: EncodedValue | undefined, codec: ICodec): Taking<T> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function')
    return { take: () => value };
  let given = false;
  return {
    take: () => {
      if (given) return anotherOf(value, encoded, codec);
      given = true;
      return value;
    },
  };
}

/** A value that was found, decoded once already and then for each who takes it. */
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
      if ('miss' in taken) throw new CodecError('E_DECODE', 'a value could be decoded once, and not again');
      return taken.value;
    },
  };
}

/** As it was when it was loaded, whatever the first who took it has done to it since, if the codec keeps it. */
function anotherOf<T>(value: T, encoded: EncodedValue | undefined, codec: ICodec): T {
  if (encoded === undefined) return copyOf(value, codec);
  try {
    return codec.decode(encoded.bytes) as T;
  } catch {
    return value;
  }
}
