import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { parseOptions } from '../../../src/implements/foundation/options/parse-options.js';
import { referenceOption } from '../../../src/implements/foundation/options/text.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';

const any = (options: unknown) => options as never;

describe('parseOptions', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a number out of range',
      () => new RedisCache({ port: 0 }),
      'options of RedisCache: port: expected a whole number from 1 to 65535, got 0',
    ],
    [
      'another type',
      () => new MemoryCache(any({ maxEntries: '5' })),
      'options of MemoryCache: maxEntries: expected a whole number, at least 1, got a string of 1 character',
    ],
    [
      'no duration',
      () => new RedisConnection(any({ commandTimeout: 'soon' })),
      'options of RedisConnection: commandTimeout: expected a duration above zero, at most 36500 days, such as 250ms, 30s, 5m, 1.5h or 7d, got a string of 4 characters',
    ],
    [
      'none of the choices',
      () => new RedisCache(any({ failureMode: 'hide' })),
      'options of RedisCache: failureMode: expected one of degrade, throw, got a string of 4 characters',
    ],
    [
      'an unknown option',
      () => new RedisCache(any({ pasword: 'x' })),
      'options of RedisCache: pasword: unknown option',
    ],
    [
      'an unknown option inside another',
      () => new RedisCache(any({ tls: { c: 'x' } })),
      'options of RedisCache: tls.c: unknown option',
    ],
    [
      'a password that is none',
      () => new RedisCache(any({ password: 5 })),
      'options of RedisCache: password: expected a string, got a number',
    ],
    [
      'options that contradict',
      () => new RedisCache(any({ url: 'redis://h', port: 1 })),
      'options of RedisCache: port: conflicts with url; give only one of url and port',
    ],
    ['no options at all', () => new MemoryCache(any(null)), ''],
  ])('an invalid option of a component constructed in code is refused: %s', (_, construct, message) => {
    if (message === '') return expect(construct).toThrow(TypeError);
    expect(construct).toThrow(ArgumentError);
    expect(construct).toThrow(new ArgumentError(message));
  });

  it('all invalid options are reported at once', () => {
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
    .refine(({ clock, speed }) => clock === undefined || speed === undefined, 'expected no speed with clock');
  const clock = { now: () => 0 };

  it('a component option is accepted as it is', () => {
    expect(parseOptions(schema, 'Probe', {}, { ports: { clock } })).toEqual({ clock, seed: 1 });
    expect(parseOptions(schema, 'Probe', {}, { ports: { clock } }).clock).toBe(clock);
  });

  it('the checks of a schema see component options', () => {
    expect(() => parseOptions(schema, 'Probe', { speed: 2 }, { ports: { clock } })).toThrow(
      new ArgumentError('options of Probe: : expected no speed with clock'),
    );
  });

  it('a component option that is undefined counts as not given', () => {
    expect(parseOptions(schema, 'Probe', { speed: 2 }, { ports: { clock: undefined } })).toEqual({
      seed: 1,
      speed: 2,
    });
  });
});
