import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { parseOptions } from '../../../src/implements/foundation/options/parse-options.js';
import { referenceOption } from '../../../src/implements/foundation/options/text.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';

const any = (options: unknown) => options as never;

describe('options that are wrong, of a component that is constructed in code', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a number out of range',
      () => new RedisCache({ port: 0 }),
      'options of RedisCache: port: expected a whole number from 1 to 65535, got 0',
    ],
    [
      'another type',
      () => new MemoryCache(any({ maxEntries: '5' })),
      'options of MemoryCache: maxEntries: expected a whole number, at least 1, got a text of 1 character',
    ],
    [
      'no duration',
      () => new RedisConnection(any({ commandTimeout: 'soon' })),
      'options of RedisConnection: commandTimeout: expected a duration above zero, at most 36500 days, such as 250ms, 30s, 5m, 1.5h or 7d, got a text of 4 characters',
    ],
    [
      'none of the choices',
      () => new RedisCache(any({ failureMode: 'hide' })),
      'options of RedisCache: failureMode: expected one of degrade, throw, got a text of 4 characters',
    ],
    [
      'an unknown option',
      () => new RedisCache(any({ pasword: 'x' })),
      'options of RedisCache: pasword: expected no such option',
    ],
    [
      'an unknown option inside another',
      () => new RedisCache(any({ tls: { c: 'x' } })),
      'options of RedisCache: tls.c: expected no such option',
    ],
    [
      'a password that is none',
      () => new RedisCache(any({ password: 5 })),
      'options of RedisCache: password: expected a text, got a number',
    ],
    [
      'options that contradict',
      () => new RedisCache(any({ url: 'redis://h', port: 1 })),
      'options of RedisCache: port: url says this already; expected one of url and port',
    ],
    ['no options at all', () => new MemoryCache(any(null)), ''],
  ])('are refused: %s', (_, construct, message) => {
    if (message === '') return expect(construct).toThrow(TypeError);
    expect(construct).toThrow(ArgumentError);
    expect(construct).toThrow(new ArgumentError(message));
  });

  it('are all reported at once', () => {
    expect(() => new RedisCache(any({ port: 0, db: -1, maxValueBytes: 'big' }))).toThrow(
      /port: .*; db: .*; maxValueBytes: /,
    );
  });
});

describe('options that are components', () => {
  const schema = z
    .strictObject({
      clock: referenceOption('IClock').optional(),
      seed: z.int().default(1),
      speed: z.int().optional(),
    })
    .refine(
      ({ clock, speed }) => clock === undefined || speed === undefined,
      'expected no speed beside clock',
    );
  const clock = { now: () => 0 };

  it('are taken as they are', () => {
    expect(parseOptions(schema, 'Probe', {}, { ports: { clock } })).toEqual({ clock, seed: 1 });
    expect(parseOptions(schema, 'Probe', {}, { ports: { clock } }).clock).toBe(clock);
  });

  it('are seen by the checks of the schema', () => {
    expect(() => parseOptions(schema, 'Probe', { speed: 2 }, { ports: { clock } })).toThrow(
      new ArgumentError('options of Probe: : expected no speed beside clock'),
    );
  });

  it('count as not given when they are undefined', () => {
    expect(parseOptions(schema, 'Probe', { speed: 2 }, { ports: { clock: undefined } })).toEqual({
      seed: 1,
      speed: 2,
    });
  });
});
