import type { CacheEntry, CacheExplanation } from '../../../interfaces/typed-cache.js';
import { ArgumentError } from '../../../interfaces/errors.js';

/** Further facts about an answer, which neither an entry nor an explanation tells. */
export interface CacheStatusOptions {
  /** The result of the load was stored. Default: not told. */
  readonly stored?: boolean | undefined;
  /** The load was shared with other callers. Default: not told. */
  readonly collapsed?: boolean | undefined;
  /** Status code that the source answered with. Default: not told. */
  readonly fwdStatus?: number | undefined;
  /** Key of the value. Readers of the header see it. Default: not told. */
  readonly key?: string | undefined;
  /** Value of the header so far, from caches nearer to the source: the result begins with it. */
  readonly header?: string | undefined;
}

/** Way of an answer: that of an entry, of an explanation, or a call without the cache. */
export type CacheOutcome =
  | Pick<CacheEntry<unknown>, 'state' | 'staleBecause' | 'remainingMs'>
  | Pick<CacheExplanation, 'state' | 'reason' | 'remainingMs'>
  | 'bypass';

const SECOND_MS = 1000;
/** Greatest integer of a structured field. */
const MOST = 999_999_999_999_999;
const TOKEN = /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/;

/**
 * Value of the response header `Cache-Status`: how a cache took part in an answer.
 *
 * @param name     Name of the cache, as clients shall see it.
 * @param outcome  Entry of `getEntry`; explanation of `explain`, asked for before the load; or `bypass`.
 * @throws {ArgumentError} for an empty name, and a status code that is none.
 * @see https://www.rfc-editor.org/rfc/rfc9211
 *
 * @example
 * ```ts
 * const statusOf = (entry: CacheEntry<string>) => cacheStatus('users', entry); // users; hit; ttl=59
 * ```
 */
export function cacheStatus(name: string, outcome: CacheOutcome, options: CacheStatusOptions = {}): string {
  const { stored, collapsed, fwdStatus, key, header } = options;
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError('cacheStatus: expected the name of a cache, got an empty one');
  }
  if (fwdStatus !== undefined && !(Number.isInteger(fwdStatus) && fwdStatus >= 100 && fwdStatus <= 599)) {
    throw new ArgumentError('cacheStatus: expected fwdStatus as a status code of HTTP, from 100 to 599');
  }
  const parameters = ways(outcome);
  if (!parameters.includes('hit')) {
    if (fwdStatus !== undefined) parameters.push(`fwd-status=${fwdStatus}`);
    if (stored === true) parameters.push('stored');
    if (collapsed === true) parameters.push('collapsed');
  }
  if (key !== undefined) parameters.push(`key=${text(key)}`);
  const member = [TOKEN.test(name) ? name : text(name), ...parameters].join('; ');
  return header === undefined || header.trim() === '' ? member : `${header}, ${member}`;
}

/** Value of the response header `Age`: whole seconds since the value was stored. */
export function ageSeconds({ ageMs }: Pick<CacheEntry<unknown>, 'ageMs'>): number {
  return Math.min(Math.max(0, Math.floor(ageMs / SECOND_MS)), MOST);
}

/** Parameters that say whether the cache answered, or why it did not. */
function ways(outcome: CacheOutcome): string[] {
  if (outcome === 'bypass') return ['fwd=bypass'];
  const because = 'staleBecause' in outcome ? outcome.staleBecause : outcome.reason;
  if (outcome.state === 'fresh') return ['hit', `ttl=${secondsOf(outcome.remainingMs)}`];
  if (outcome.state === 'stale') {
    // An entry is what was given out; an explanation tells what has to be loaded again.
    return 'staleBecause' in outcome
      ? ['hit', 'ttl=0', `detail=${because}`]
      : ['fwd=stale', `detail=${because}`];
  }
  if (because === 'forced') return ['fwd=request'];
  if (because === 'mode') return ['fwd=bypass'];
  return because === 'absent' ? ['fwd=uri-miss'] : ['fwd=miss', `detail=${because}`];
}

function secondsOf(ms: number | null): number {
  return Math.min(Math.floor((ms ?? 0) / SECOND_MS), MOST);
}

/** A string of a structured field: what is no printable ASCII is written as `%XX`. */
function text(written: string): string {
  const plain = written
    .toWellFormed()
    .replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character))
    .replace(/[\\"]/g, '\\$&');
  return `"${plain}"`;
}
