import type { ICodec } from '../../../interfaces/codec.js';
import { ArgumentError, ConfigurationError } from '../../../interfaces/errors.js';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import type { TypedCacheMode } from '../../../interfaces/typed-cache-policy.js';
import { describe } from '../../foundation/describe.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { CODECS, PLAIN_CODECS } from '../wire/codecs/codecs.js';
import { isAvailable } from '../wire/compression.js';
import type { CompressionAlgorithm } from '../wire/envelope.js';
import { callOptions, DEFAULTS, relationProblems, type WrittenPolicy } from './options.js';

const NO_LEASES = [
  'lease',
  'expected process: the store knows nothing of leases (it is no IFencedStore)',
] as const;

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
  readonly mode: TypedCacheMode;
  /** Whether what remains of a life has to be read. */
  readonly needsLives: boolean;
  /** Whether the codec is known to leave bytes alone that it is only lent. */
  readonly lends: boolean;
}

/** The options of one call, made out. */
export interface Call {
  readonly policy: Policy;
  /** Tags that the call declares, those of the component included; each once. */
  readonly tags: readonly string[];
  /** Names of the generations that a read of this call asks for: that of the namespace, then those of the tags. */
  readonly generations: readonly string[];
  readonly forceFresh: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What calls are made out by. */
export interface CallOptionsSource {
  readonly written: WrittenPolicy;
  /** A codec of the application's that the component was given. */
  readonly codec: ICodec | undefined;
  readonly findCodec: (name: string) => ICodec | undefined;
  /** Whether loads can be kept to one among all processes. */
  readonly clusters: boolean;
  readonly generationsOf: (tags: readonly string[]) => readonly string[];
}

/** Makes out what calls say for themselves, on top of what the component says. */
export class CallOptions {
  readonly #source: CallOptionsSource;
  readonly #tags: readonly string[];
  /** The call that says nothing. */
  readonly plain: Call;

  constructor(source: CallOptionsSource) {
    this.#source = source;
    this.#tags = [...new Set(source.written.tags ?? [])];
    this.plain = {
      policy: this.#policy(source.written, source.codec),
      tags: this.#tags,
      generations: source.generationsOf(this.#tags),
      forceFresh: false,
      signal: undefined,
    };
  }

  /** @throws {ArgumentError} for options that are wrong, or do not go together with those of the component. */
  of(options: object | undefined): Call {
    if (options === undefined) return this.plain;
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentError(`expected options, got ${describe(options)}`);
    }
    const simple = this.#simple(options);
    if (simple !== undefined) return simple;
    const { codec, ...rest } = options as { readonly codec?: string | ICodec };
    const ownCodec = typeof codec === 'object' ? checkedCodec(codec) : undefined;
    const parsed = parseOptions(callOptions, 'this call', {
      ...rest,
      ...(codec !== undefined && { codec: ownCodec?.id ?? codec }),
    });
    const { forceFresh = false, signal, tags = [], ...policy } = parsed;
    const { written } = this.#source;
    const said = Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));
    const inherited = { ...written };
    // What is said of the waiting for other processes does not concern a call that waits for none.
    if ((said as { readonly lease?: unknown }).lease === 'process')
      Object.assign(inherited, { leaseTimeout: undefined, waitTimeout: undefined });
    const merged: WrittenPolicy = { ...inherited, ...said, tags: [...this.#tags, ...tags] };
    const problems = [...relationProblems(merged)].map(([option, message]) => `${option}: ${message}`);
    if (merged.lease === 'cluster' && !this.#source.clusters) problems.push(NO_LEASES.join(': '));
    if (codec !== undefined && written.envelope === 'none' && codec !== (written.codec ?? 'json')) {
      problems.push('codec: expected that of the cache with envelope: none, by which no value says its own');
    }
    if (problems.length > 0) throw new ArgumentError(`options of this call: ${problems.join('; ')}`);
    const all = this.#withTags(tags);
    return {
      policy: this.#policy(merged, codec === undefined ? this.#source.codec : ownCodec),
      tags: all,
      generations: all === this.#tags ? this.plain.generations : this.#source.generationsOf(all),
      forceFresh,
      signal,
    };
  }

  /** Most calls say no more than tags and a signal: these need no schema, which would take longer than the hit. */
  #simple(options: object): Call | undefined {
    let tags: readonly string[] = this.#tags;
    let signal: AbortSignal | undefined;
    let forceFresh = false;
    for (const name in options) {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      if (value === undefined) continue;
      if (name === 'signal' && value instanceof AbortSignal) signal = value;
      else if (name === 'forceFresh' && typeof value === 'boolean') forceFresh = value;
      else if (name === 'tags' && isTags(value) && this.#source.written.envelope !== 'none') {
        tags = this.#withTags(value);
      } else return undefined;
    }
    const { plain } = this;
    const generations = tags === this.#tags ? plain.generations : this.#source.generationsOf(tags);
    return { policy: plain.policy, tags, generations, forceFresh, signal };
  }

  #withTags(tags: readonly string[]): readonly string[] {
    if (tags.length === 0) return this.#tags;
    if (tags.length === 1 && this.#tags.length === 0) return [tags[0] as string];
    return [...new Set([...this.#tags, ...tags])];
  }

  #policy(written: WrittenPolicy, codec: ICodec | undefined): Policy {
    if (written.lease === 'cluster' && !this.#source.clusters) {
      throw refusal(...NO_LEASES);
    }
    const compress =
      typeof written.compress === 'string' ? { algorithm: written.compress, from: 1024 } : written.compress;
    if (compress !== undefined && !isAvailable(compress.algorithm)) {
      throw new ArgumentError(
        `expected an algorithm that this version of Node has, got ${compress.algorithm}`.replace(
          'expected',
          'compress: expected',
        ),
      );
    }
    const refreshAhead = written.refreshAhead ?? Number.POSITIVE_INFINITY;
    const sliding = written.sliding ?? false;
    const graceMs = written.grace ?? 0;
    const chosen = codec ?? this.#codec(written.codec ?? 'json');
    return Object.freeze({
      expireMs: Math.min(written.expire ?? DEFAULTS.expireMs, written.maxExpire ?? Number.POSITIVE_INFINITY),
      maxExpireMs: written.maxExpire ?? Number.POSITIVE_INFINITY,
      sliding,
      jitter: written.jitter ?? 0,
      negativeExpireMs: written.negativeExpire,
      graceMs,
      graceBackoffMs: written.graceBackoff ?? DEFAULTS.graceBackoffMs,
      softTimeoutMs: written.softTimeout ?? Number.POSITIVE_INFINITY,
      hardTimeoutMs: written.hardTimeout ?? Number.POSITIVE_INFINITY,
      loadTimeoutMs: written.loadTimeout ?? DEFAULTS.loadTimeoutMs,
      refreshAhead,
      cluster: written.lease === 'cluster',
      leaseTimeoutMs: written.leaseTimeout ?? DEFAULTS.leaseTimeoutMs,
      waitTimeoutMs: written.waitTimeout ?? DEFAULTS.waitTimeoutMs,
      codec: chosen,
      keepsNull: written.envelope !== 'none' || (written.codec ?? 'json') === 'json',
      compression: compress?.algorithm ?? 'none',
      compressFromBytes: compress?.from ?? Number.POSITIVE_INFINITY,
      version: written.version === undefined ? '' : String(written.version),
      schema: written.schema,
      mode: written.mode ?? 'on',
      lends: [...Object.values(CODECS), ...Object.values(PLAIN_CODECS)].includes(chosen),
      needsLives: graceMs > 0 || sliding || refreshAhead < 1,
    });
  }

  #codec(name: string): ICodec {
    const codecs: Readonly<Record<string, ICodec>> =
      this.#source.written.envelope === 'none' ? PLAIN_CODECS : CODECS;
    const known = Object.hasOwn(codecs, name) ? codecs[name] : undefined;
    const codec = known ?? this.#source.findCodec(name);
    if (codec === undefined) {
      const names = Object.keys(CODECS).join(', ');
      throw new ArgumentError(`codec: expected ${names}, or the name of an ICodec component`);
    }
    return codec;
  }
}

/** A codec that can be used. @throws {ArgumentError} */
export function checkedCodec(codec: ICodec | null): ICodec {
  const { id, encode, decode } = codec ?? {};
  const isCodec = typeof encode === 'function' && typeof decode === 'function';
  if (!isCodec || typeof id !== 'string' || !/^[\x21-\x7e]{1,32}$/.test(id)) {
    throw new ArgumentError('codec: expected a codec with an id of 1 to 32 characters, encode and decode');
  }
  return codec as ICodec;
}

function isTags(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false;
  for (const tag of value) if (typeof tag !== 'string' || tag === '') return false;
  return true;
}

function refusal(option: string, message: string): ConfigurationError {
  const place = { source: '<options>', line: 0, column: 0 };
  return new ConfigurationError('E_CONFIG_SCHEMA', [{ ...place, path: option, message }]);
}
