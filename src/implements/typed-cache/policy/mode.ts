import type { TypedCacheMode } from '../../../interfaces/typed-cache-policy.js';

/** Rules of a mode. */
export interface ModeRules {
  /** Calls that load nothing read the store. */
  readonly reads: boolean;
  /** Values that were read are returned to callers. */
  readonly gives: boolean;
  /** Values that were set or loaded are stored. */
  readonly stores: boolean;
  /** Callers of one key share a load; otherwise each loads for itself and the store is not involved. */
  readonly shares: boolean;
  /** Loaded values are compared with stored ones. */
  readonly compares: boolean;
}

export const MODES: Readonly<Record<TypedCacheMode, ModeRules>> = Object.freeze({
  on: { reads: true, gives: true, stores: true, shares: true, compares: false },
  off: { reads: false, gives: false, stores: false, shares: false, compares: false },
  readOnly: { reads: true, gives: true, stores: false, shares: true, compares: false },
  writeOnly: { reads: false, gives: false, stores: true, shares: true, compares: false },
  shadow: { reads: true, gives: false, stores: true, shares: true, compares: true },
});
