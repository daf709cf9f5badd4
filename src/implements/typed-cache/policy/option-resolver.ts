import type { ICodec } from '../../../interfaces/codec.js';
import { ArgumentError, ConfigurationError } from '../../../interfaces/errors.js';
import { CODECS, PLAIN_CODECS } from '../../foundation/codecs/codecs.js';
import { describe } from '../../foundation/describe.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { isSignal } from '../../foundation/waiting/abort-listeners.js';
import { isAvailable } from '../wire/compression.js';
import { MODES } from './mode.js';
import { callOptions, DEFAULTS, relationProblems, type WrittenPolicy, wholeCompression } from './options.js';
import type { Policy, Terms } from './policy.js';

const NO_LEASES = ['lease', 'cluster requires a store with leases (an IFencedStore)'] as const;

/** Options of one call, resolved against those of the component. */
export interface ResolvedOptions {
  readonly terms: Terms;
  readonly forceFresh: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Names of generations in the store. */
export interface GenerationNames {
  /** Generations that a read asks for: namespace first, then the tags. */
  generations(tags: readonly string[]): readonly string[];
}

/** Options of the component, and what else is needed to resolve those of a call. */
export interface ResolverOptions {
  readonly written: WrittenPolicy;
  /** Codec object that the component was constructed with. */
  readonly codec: ICodec | undefined;
  readonly findCodec: (name: string) => ICodec | undefined;
  /** `true` when the store supports leases, so that loads can be single-flight across processes. */
  readonly clusters: boolean;
  readonly names: GenerationNames;
}

/** Resolves the options of calls against those of the component. */
export class OptionResolver {
  readonly #source: ResolverOptions;
  readonly #tags: readonly string[];
  readonly #plain: ResolvedOptions;

  constructor(source: ResolverOptions) {
    this.#source = source;
    this.#tags = [...new Set(source.written.tags ?? [])];
    this.#plain = {
      terms: {
        policy: this.#policy(source.written, source.codec),
        tags: this.#tags,
        generations: source.names.generations(this.#tags),
      },
      forceFresh: false,
      signal: undefined,
    };
  }

  /** @throws {ArgumentError} for invalid options, or options that conflict with those of the component. */
  of(options: object | undefined): ResolvedOptions {
    if (options === undefined) return this.#plain;
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
    // A call with `lease: process` does not inherit options that require `lease: cluster`.
    if ((said as { readonly lease?: unknown }).lease === 'process')
      Object.assign(inherited, {
        leaseTimeout: undefined,
        waitTimeout: undefined,
        leaseErrors: undefined,
      });
    const merged: WrittenPolicy = { ...inherited, ...said, tags: [...this.#tags, ...tags] };
    const problems = [...relationProblems(merged)].map(([option, message]) => `${option}: ${message}`);
    if (merged.lease === 'cluster' && !this.#source.clusters) problems.push(NO_LEASES.join(': '));
    if (codec !== undefined && written.envelope === 'none' && codec !== (written.codec ?? DEFAULTS.codec)) {
      problems.push(
        'codec: conflicts with envelope: none unless it is that of the cache, because no value names its codec',
      );
    }
    if (problems.length > 0) throw new ArgumentError(`options of this call: ${problems.join('; ')}`);
    const all = this.#withTags(tags);
    const own = this.#policy(merged, codec === undefined ? this.#source.codec : ownCodec);
    return { terms: { policy: own, tags: all, generations: this.#generations(all) }, forceFresh, signal };
  }

  /** Hot path: most calls give only tags and a signal; the schema would take longer than the hit itself. */
  #simple(options: object): ResolvedOptions | undefined {
    let tags: readonly string[] = this.#tags;
    let signal: AbortSignal | undefined;
    let forceFresh = false;
    for (const name in options) {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      if (value === undefined) continue;
      if (name === 'signal' && isSignal(value)) signal = value;
      else if (name === 'forceFresh' && typeof value === 'boolean') forceFresh = value;
      else if (name === 'tags' && isTags(value) && this.#source.written.envelope !== 'none') {
        tags = this.#withTags(value);
      } else return undefined;
    }
    const { terms } = this.#plain;
    if (tags === this.#tags) return { terms, forceFresh, signal };
    const generations = this.#source.names.generations(tags);
    return { terms: { policy: terms.policy, tags, generations }, forceFresh, signal };
  }

  #generations(tags: readonly string[]): readonly string[] {
    const { names } = this.#source;
    return tags === this.#tags ? this.#plain.terms.generations : names.generations(tags);
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
    const compress = wholeCompression(written.compress);
    if (compress !== undefined && !isAvailable(compress.algorithm)) {
      throw new ArgumentError(`compress: ${compress.algorithm} requires a later version of Node`);
    }
    const refreshAhead = written.refreshAhead ?? Number.POSITIVE_INFINITY;
    const sliding = written.sliding ?? DEFAULTS.sliding;
    const graceMs = written.grace ?? 0;
    const chosen = codec ?? this.#codec(written.codec ?? DEFAULTS.codec);
    return Object.freeze({
      expireMs: Math.min(written.expire ?? DEFAULTS.expire, written.maxExpire ?? Number.POSITIVE_INFINITY),
      maxExpireMs: written.maxExpire ?? Number.POSITIVE_INFINITY,
      sliding,
      jitter: written.jitter ?? DEFAULTS.jitter,
      negativeExpireMs: written.negativeExpire,
      graceMs,
      graceBackoffMs: written.graceBackoff ?? DEFAULTS.graceBackoff,
      softTimeoutMs: written.softTimeout ?? Number.POSITIVE_INFINITY,
      hardTimeoutMs: written.hardTimeout ?? Number.POSITIVE_INFINITY,
      loadTimeoutMs: written.loadTimeout ?? DEFAULTS.loadTimeout,
      refreshAhead,
      cluster: (written.lease ?? DEFAULTS.lease) === 'cluster',
      leaseTimeoutMs: written.leaseTimeout ?? DEFAULTS.leaseTimeout,
      waitTimeoutMs: written.waitTimeout ?? DEFAULTS.waitTimeout,
      leaseErrors: written.leaseErrors ?? DEFAULTS.leaseErrors,
      codec: chosen,
      keepsNull: written.envelope !== 'none' || (written.codec ?? DEFAULTS.codec) === 'json',
      compression: compress?.algorithm ?? 'none',
      compressFromBytes: compress?.from ?? Number.POSITIVE_INFINITY,
      version: written.version === undefined ? '' : String(written.version),
      schema: written.schema,
      mode: MODES[written.mode ?? DEFAULTS.mode],
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

/** Validates a codec object. @throws {ArgumentError} */
export function checkedCodec(codec: ICodec | null): ICodec {
  const { id, encode, decode } = codec ?? {};
  const isCodec = typeof encode === 'function' && typeof decode === 'function';
  if (!isCodec || typeof id !== 'string' || !/^[\x21-\x7e]{1,32}$/.test(id)) {
    throw new ArgumentError(
      'codec: expected a codec with an id of 1 to 32 visible ASCII characters, encode and decode',
    );
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
