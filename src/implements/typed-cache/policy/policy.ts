import type { ICodec } from '../../../interfaces/codec.js';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import { MAX_DURATION_MS } from '../../foundation/options/duration.js';
import type { CompressionAlgorithm } from '../wire/envelope.js';
import type { ModeRules } from './mode.js';

/** Longer than the clocks of a store and ours can differ over a load. */
const MARGIN_MS = 60_000;

/** How one value is read, kept and loaded; lengths in milliseconds, `Infinity` for no bound. */
export interface Policy {
  readonly expireMs: number;
  readonly maxExpireMs: number;
  readonly sliding: boolean;
  readonly jitter: number;
  readonly negativeExpireMs: number | undefined;
  readonly graceMs: number;
  readonly graceBackoffMs: number;
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly loadTimeoutMs: number;
  /** `Infinity`: values are not refreshed ahead. */
  readonly refreshAhead: number;
  readonly cluster: boolean;
  readonly leaseTimeoutMs: number;
  readonly waitTimeoutMs: number;
  readonly codec: ICodec;
  /** Whether `null` can be stored: without an envelope, JSON alone has a word for it. */
  readonly keepsNull: boolean;
  readonly compression: CompressionAlgorithm;
  readonly compressFromBytes: number;
  readonly version: string;
  readonly schema: IStandardSchema | undefined;
  readonly mode: ModeRules;
  /** Whether what remains of a life has to be read. */
  readonly needsLives: boolean;
  /** Whether the codec is known to leave bytes alone that it is only lent. */
  readonly lends: boolean;
}

/** Resolved terms of a call. Calls without options of their own share one object, and so do all keys of a call. */
export interface Terms {
  readonly policy: Policy;
  /** Tags that the call declares, those of the component included; each once. */
  readonly tags: readonly string[];
  /** Names of the generations that a read of this call asks for: that of the namespace, then those of the tags. */
  readonly generations: readonly string[];
}

/** Tokens must live as long as what they are stored with. */
export function tokenLifeMs(policy: Policy, lifeMs = policy.expireMs, graceMs = policy.graceMs): number {
  const ms = Math.max(lifeMs, policy.negativeExpireMs ?? 0) + graceMs + policy.loadTimeoutMs + MARGIN_MS;
  return Math.min(ms, MAX_DURATION_MS);
}
