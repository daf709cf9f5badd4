import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheOutcome, ageSeconds, cacheStatus } from '../../../src/operations.js';

const fresh = { state: 'fresh', staleBecause: null, remainingMs: 37_900 } as const;
const stale = { state: 'stale', staleBecause: 'life-over', remainingMs: 0 } as const;
const missed = (reason: 'absent' | 'tag' | 'forced' | 'mode') =>
  ({ state: 'miss', reason, remainingMs: null }) as const;

/** A list of one or more members of RFC 8941, each a token or a string with parameters. */
const TOKEN = "[A-Za-z*][\\w!#$%&'*+.^`|~:/-]*";
const STRING = '"(?:[ !#-\\[\\]-~]|\\\\["\\\\])*"';
const MEMBER = `(?:${TOKEN}|${STRING})(?:; [a-z*][a-z0-9_.*-]*(?:=(?:-?\\d{1,15}|${TOKEN}|${STRING}))?)*`;
const FIELD = new RegExp(`^${MEMBER}(?:, ${MEMBER})*$`);

describe('cacheStatus', () => {
  it.each<[string, CacheOutcome, string]>([
    ['a fresh value', fresh, 'users; hit; ttl=37'],
    [
      'a value without an end',
      { ...fresh, remainingMs: Number.POSITIVE_INFINITY },
      'users; hit; ttl=999999999999999',
    ],
    ['a stale value that was given out', stale, 'users; hit; ttl=0; detail=life-over'],
    [
      'a stale value that was loaded again',
      { state: 'stale', reason: 'life-over', remainingMs: 0 },
      'users; fwd=stale; detail=life-over',
    ],
    ['an absent value', missed('absent'), 'users; fwd=uri-miss'],
    ['a value whose tag was invalidated', missed('tag'), 'users; fwd=miss; detail=tag'],
    ['a forced load', missed('forced'), 'users; fwd=request'],
    ['a mode that does not read', missed('mode'), 'users; fwd=bypass'],
    ['a call without the cache', 'bypass', 'users; fwd=bypass'],
  ])('the status of %s says so', (_what, outcome, expected) => {
    expect(cacheStatus('users', outcome)).toBe(expected);
  });

  it('facts about a load stand beside a miss, and never beside a hit', () => {
    const facts = { stored: true, collapsed: true, fwdStatus: 200 };
    expect(cacheStatus('users', missed('absent'), facts)).toBe(
      'users; fwd=uri-miss; fwd-status=200; stored; collapsed',
    );
    expect(cacheStatus('users', fresh, facts)).toBe('users; hit; ttl=37');
  });

  it('a status follows those of caches nearer to the source', () => {
    expect(cacheStatus('users', fresh, { header: 'db; hit' })).toBe('db; hit, users; hit; ttl=37');
    expect(cacheStatus('users', fresh, { header: ' ' })).toBe('users; hit; ttl=37');
  });

  it('a status is a structured field for every name and key', () => {
    const hostile = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom(fresh, stale, missed('tag')), (name, key, outcome) => {
        const status = cacheStatus(name, outcome, { key });
        expect(status).toMatch(FIELD);
        expect(cacheStatus('a', outcome, { header: status })).toMatch(FIELD);
      }),
    );
    expect(cacheStatus('a "b"\n\u{1f600}', fresh)).toBe('"a \\"b\\"%0A%F0%9F%98%80"; hit; ttl=37');
  });

  it('a key is told only to who asks for it', () => {
    expect(cacheStatus('users', fresh)).not.toContain('key');
    expect(cacheStatus('users', fresh, { key: 'a"b' })).toBe('users; hit; ttl=37; key="a\\"b"');
  });

  it('an empty name and a status code that is none are refused', () => {
    expect(() => cacheStatus('', fresh)).toThrow('expected the name of a cache');
    expect(() => cacheStatus('users', 'bypass', { fwdStatus: 99 })).toThrow(
      'expected fwdStatus as a status code',
    );
  });

  it('the age of a value is its whole seconds, and never negative', () => {
    expect([1999, -5, 0].map((ageMs) => ageSeconds({ ageMs }))).toEqual([1, 0, 0]);
  });
});
