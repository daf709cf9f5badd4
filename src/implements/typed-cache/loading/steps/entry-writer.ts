import { randomInt } from 'node:crypto';
import { ArgumentError, OperationError } from '../../../../interfaces/errors.js';
import type { Carried, FenceToAdvance } from '../../../../interfaces/fenced-store.js';
import { wallTimeMs } from '../../../foundation/clock/wall-time.js';
import { MAX_DURATION_MS } from '../../../foundation/options/duration.js';
import type { PlannedSet } from '../../changes/planned-set.js';
import { SetTokenCapture } from '../../changes/set-tokens.js';
import { type Policy, type Terms, tokenLifeMs } from '../../policy/policy.js';
import type { Request } from '../../policy/request.js';
import { type EncodedValue, encodeValue, payloadOf } from '../../reading/values.js';
import type { KeyNames } from '../../store/key-names.js';
import type { StoredForm } from '../../store/stored-entry.js';
import type { UncachableValues } from '../../store/uncachable-values.js';
import type { WatchedStore } from '../../store/watched-store.js';
import { type Beside, bundleOf, joined, type Living, type LivingBytes } from '../../wire/editions.js';
import { type Envelope, encodeEnvelope, type TagGeneration } from '../../wire/envelope.js';
import type { LoadValidity } from './load-validity.js';
import type { CapturedTokens, TokenCapture } from './token-capture.js';

const JITTER_STEPS = 2 ** 32;

/** Result of storing a value. */
export type Stored = 'stored' | 'fenced' | 'skipped' | 'failed' | 'refused';

/** Load whose result is stored. */
export interface StorableLoad {
  readonly request: Request;
  readonly validity: LoadValidity;
  /** `true` when the result replaces an entry. */
  readonly replaces: boolean;
  /** Values of other editions, which it does not replace. */
  readonly beside: Beside | undefined;
}

/** Encoded result of a load, and what its loader set for it. */
export interface LoadResult {
  readonly encoded: EncodedValue;
  readonly skipped: boolean;
  /** TTL that the loader set. */
  readonly lifeMs: number | undefined;
  readonly createdAtMs: number;
}

/** Bytes of a value as they are stored; bare ones have no envelope. */
type Written = Living | (LivingBytes & { readonly envelope?: undefined });

type Payload = Awaited<ReturnType<typeof payloadOf>>;

/** Value of a set on its way to the store. */
export interface SettableValue {
  readonly result: LoadResult;
  readonly lifeMs: number;
  readonly graceMs: number;
  /** `undefined` for bare values, which are not compressed. */
  readonly payload: Promise<Payload> | undefined;
}

/** Generations to store with a value. */
interface Current {
  readonly namespace: string;
  readonly tags: readonly TagGeneration[];
}

/** Writes values to the store, with the metadata that readers need. */
export class EntryWriter {
  readonly #store: WatchedStore;
  readonly #tokens: TokenCapture;
  readonly #names: KeyNames;
  readonly #form: StoredForm;
  readonly #uncachable: UncachableValues;
  readonly #setTokens: SetTokenCapture;

  constructor(
    store: WatchedStore,
    tokens: TokenCapture,
    names: KeyNames,
    form: StoredForm,
    uncachable: UncachableValues,
  ) {
    this.#names = names;
    this.#setTokens = new SetTokenCapture(store, tokens.readScope);
    this.#uncachable = uncachable;
    this.#store = store;
    this.#tokens = tokens;
    this.#form = form;
  }

  /** Encodes a loaded value; a refusal by its codec is logged, and returns `undefined`. */
  encoded(value: unknown, { name, policy }: Request): EncodedValue | undefined {
    try {
      const encoded = encodeValue(value, policy);
      this.#uncachable.end(name);
      return encoded;
    } catch (error) {
      this.#uncachable.add(name, value, policy.codec.id, error);
      return undefined;
    }
  }

  /** Stores the result of a load, unless it was invalidated since. Never rejects. */
  async storeLoaded(load: StorableLoad, result: LoadResult): Promise<Stored> {
    const { request, validity } = load;
    const { tokens } = validity;
    const { name, policy } = request;
    if (result.skipped || !policy.mode.stores) return 'skipped';
    const lifeMs = this.#lifeMs(result, policy);
    if (lifeMs === undefined && !load.replaces) return 'skipped';
    if (tokens === undefined) return 'failed';
    if (validity.isRevoked) return 'fenced';
    try {
      if (lifeMs === undefined && this.#form !== 'envelope') {
        await this.#store.invalidate([name]);
        return 'skipped';
      }
      const current = await this.#current(load, tokens, (lifeMs ?? 1) + policy.graceMs);
      if (current === undefined || validity.isRevoked) return 'fenced';
      // "Absent" that is not stored replaces the old entry by one that expires at once.
      const kept = lifeMs ?? 1;
      const graceMs = lifeMs === undefined ? 0 : graceOf(lifeMs, policy);
      const own = await this.#written(result, policy, kept, graceMs, current);
      if (validity.isRevoked) return 'fenced';
      // A forced load advances the fence, which fences off loads that began before it.
      const check = request.isForced ? ({ fence: tokens.fence, advance: true } as const) : tokens.fence;
      const stored = await this.#storeBeside(load, own, check);
      if (stored === 'fenced' || this.#form === 'envelope') return stored;
      return await this.#stillCurrent(name, tokens);
    } catch {
      return 'failed';
    }
  }

  /** Value of a set, with its life; it is compressed meanwhile, once for all attempts. */
  settable(encoded: EncodedValue, { policy }: Terms): SettableValue {
    const result = { encoded, skipped: false, lifeMs: undefined, createdAtMs: wallTimeMs() };
    const lifeMs = lifeOf(result, policy);
    const payload = this.#form === 'envelope' ? payloadOf(encoded, policy) : undefined;
    payload?.catch(() => undefined);
    return { result, lifeMs, graceMs: graceOf(lifeMs, policy), payload };
  }

  /**
   * Attempts once to store a value that the application sets, and advances the fence of its key.
   *
   * @param fenced  `true` to store it only if no other process changes the key meanwhile.
   * @returns `'fenced'` also when the set gives way to a later change of this process, before the value is sent.
   */
  async set(
    set: PlannedSet,
    { result, lifeMs, graceMs, payload }: SettableValue,
    terms: Terms,
    fenced: boolean,
  ): Promise<'stored' | 'fenced'> {
    const { fence, namespace, generations: tokens } = await this.#setTokens.capture(set.name, terms);
    const tags = terms.tags.map((tag, index) => ({ tag, generation: tokens[index] ?? '' }));
    const current = { namespace, tags };
    const own = await this.#written(result, terms.policy, lifeMs, graceMs, current, payload);
    if (!set.goes) return 'fenced';
    const check = fenced ? ({ fence, advance: true } as const) : undefined;
    return this.#store.write(set.name, own.bytes, own.remainingMs, check, this.#carried([own]));
  }

  /** Stores a value beside those of other editions; alone, if the store refuses them together. */
  async #storeBeside(
    { request: { name, clock }, beside }: StorableLoad,
    own: Written,
    fence: string | FenceToAdvance,
  ): Promise<'stored' | 'fenced'> {
    const parts = own.envelope === undefined ? [own] : joined(own, beside, clock.now());
    const { bytes, remainingMs } = bundleOf(parts);
    try {
      return await this.#store.write(name, bytes, remainingMs, fence, this.#carried(parts));
    } catch (error) {
      const isRefused = OperationError.is(error) && error.outcome === 'refused';
      if (parts.length === 1 || !(isRefused || ArgumentError.is(error))) throw error;
      return this.#store.write(name, own.bytes, own.remainingMs, fence, this.#carried([own]));
    }
  }

  /**
   * Generations to store with the result of a load: those of its beginning. For tags that the loader added, current
   * ones are valid only if no tag at all was invalidated meanwhile; otherwise the result is `undefined`. They are read
   * before "any tag", which every invalidation advances first, so none can slip through.
   */
  async #current(
    { request, validity }: StorableLoad,
    captured: CapturedTokens,
    keptMs: number,
  ): Promise<Current | undefined> {
    const lifeMs = tokenLifeMs(request.policy, keptMs, 0);
    const late = [...validity.lateTags].filter((tag) => !captured.tags.has(tag));
    const early = [...captured.tags.keys()];
    let generations = captured.tags;
    if (late.length > 0 || lifeMs > captured.lifeMs) {
      const now = await this.#tokens.generations([...early, ...late], lifeMs);
      const { namespace, anyTag } = await this.#tokens.current(request.name, lifeMs);
      if (namespace !== captured.namespace) return undefined;
      if (late.length > 0 && (anyTag === null || anyTag !== captured.anyTag)) return undefined;
      for (const tag of early) if (now.get(tag) !== captured.tags.get(tag)) return undefined;
      generations = now;
    }
    return {
      namespace: captured.namespace,
      tags: [...early, ...late].map((tag) => ({ tag, generation: generations.get(tag) ?? '' })),
    };
  }

  /** Detects a `clear` during the write of a bare value, which has no room for a generation. */
  async #stillCurrent(name: string, { namespace, lifeMs }: CapturedTokens): Promise<Stored> {
    if ((await this.#tokens.current(name, lifeMs)).namespace === namespace) return 'stored';
    await this.#store.invalidate([name]);
    return 'fenced';
  }

  /** TTL of a result; `undefined` for "absent" that is not stored. */
  #lifeMs(result: LoadResult, policy: Policy): number | undefined {
    const isKept = policy.negativeExpireMs !== undefined && this.#form === 'envelope';
    return result.encoded.kind === 'absent' && !isKept ? undefined : lifeOf(result, policy);
  }

  /** Generations that the bytes of envelopes carry. */
  #carried(parts: readonly Written[]): Carried | undefined {
    const envelopes = parts.flatMap(({ envelope }) => envelope ?? []);
    return envelopes.length === 0 ? undefined : this.#names.carried(envelopes);
  }

  async #written(
    { encoded, createdAtMs }: LoadResult,
    policy: Policy,
    lifeMs: number,
    graceMs: number,
    current: Current,
    compressed: Promise<Payload> = payloadOf(encoded, policy),
  ): Promise<Written> {
    const remainingMs = lifeMs + graceMs;
    if (this.#form !== 'envelope') {
      const bytes = encoded.kind === 'null' ? Buffer.from('null') : encoded.bytes;
      return { bytes, remainingMs };
    }
    const { compression, payload } = await compressed;
    const envelope: Envelope = {
      kind: encoded.kind,
      codec: policy.codec.id,
      compression,
      version: policy.version,
      createdAtMs,
      lifeMs,
      graceMs,
      namespaceGeneration: current.namespace,
      tags: current.tags,
      payload,
    };
    return { envelope, bytes: encodeEnvelope(envelope), remainingMs };
  }
}

function lifeOf({ encoded, lifeMs }: LoadResult, policy: Policy): number {
  const negative = encoded.kind === 'value' ? undefined : policy.negativeExpireMs;
  const wanted = Math.min(lifeMs ?? negative ?? policy.expireMs, policy.maxExpireMs);
  const shortened =
    policy.jitter === 0 ? wanted : wanted * (1 - (policy.jitter * randomInt(JITTER_STEPS)) / JITTER_STEPS);
  return Math.max(1, Math.ceil(shortened));
}

/** Grace, shortened so that TTL and grace together do not exceed the maximum of a store. */
function graceOf(lifeMs: number, { graceMs }: Policy): number {
  return Math.min(graceMs, MAX_DURATION_MS - lifeMs);
}
