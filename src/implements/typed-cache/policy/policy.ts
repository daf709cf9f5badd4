import type { ICodec } from '../../../interfaces/codec.js';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import { MAX_DURATION_MS } from '../../foundation/options/duration.js';
import type { CompressionAlgorithm } from '../wire/envelope.js';
import type { ModeRules } from './mode.js';

/** Margin for the difference between the clocks of the store and this process over a load. */
const MARGIN_MS = 60_000;

/** Resolved rules for reading, keeping and loading a value; durations in milliseconds, `Infinity` for no limit. */
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
  /** Parts of a loader's error that waiting processes get. */
  readonly leaseErrors: 'full' | 'name' | 'none';
  readonly codec: ICodec;
  /** `true` when `null` can be stored: without an envelope, only JSON can represent it. */
  readonly keepsNull: boolean;
  readonly compression: CompressionAlgorithm;
  readonly compressFromBytes: number;
  readonly version: string;
  readonly schema: IStandardSchema | undefined;
  readonly mode: ModeRules;
  /** `true` when reads need the remaining TTL. */
  readonly needsLives: boolean;
  /** `true` when the codec is known neither to change nor to keep bytes that belong to the store. */
  readonly lends: boolean;
}

/** Resolved terms of a call. All calls without options share one object, and so do all keys of a call. */
export interface Terms {
  readonly policy: Policy;
  /** Tags of the call, including those of the component, without duplicates. */
  readonly tags: readonly string[];
  /** Names of the generations of these tags. */
  readonly generations: readonly string[];
}

/** TTL of tokens, which must live at least as long as the value that is stored with them. */
export function tokenLifeMs(policy: Policy, lifeMs = policy.expireMs, graceMs = policy.graceMs): number {
  const ms = Math.max(lifeMs, policy.negativeExpireMs ?? 0) + graceMs + policy.loadTimeoutMs + MARGIN_MS;
  return Math.min(ms, MAX_DURATION_MS);
}
