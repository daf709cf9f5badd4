import { describe, expect, it } from 'vitest';
import { optionHint } from '../../../src/implements/site/check/unknown-option.js';
import { ComponentSite, ComponentSiteBuilder } from '../../../src/index.js';

/** Message for a declaration with one option too many. */
async function refusal(className: string, option: string): Promise<string> {
  const text = `- class: ${className}\n  ${option}\n`;
  const { message } = await new ComponentSiteBuilder().loads(new ComponentSite(), text, { env: {} }).then(
    () => expect.unreachable('it loaded'),
    (error: unknown) => error as Error,
  );
  return message;
}

describe('hint for an unknown option', () => {
  it.each([
    ['RedisCache', 'keyPrefix: a', 'use prefix'],
    ['RedisCache', 'uri: a', 'use url'],
    ['RedisCache', 'database: 1', 'use db'],
    ['RedisCache', 'timeout: 1s', 'use commandTimeout'],
    ['RedisCache', 'hots: a', 'did you mean host?'],
    ['RedisCache', 'ttl: 5m', 'use defaultExpire'],
    ['RedisCache', 'expire: 5m', 'use defaultExpire'],
    ['RedisConnection', 'ttl: 5m', 'each setValue names its expiry; a TypedCache has the option expire'],
    ['RedisCache', 'tags: [a]', 'tags are an option of the calls of a TypedCache'],
    ['RedisCache', 'colour: red', 'docs/reference/options.md lists the options of each class'],
    ['TypedCache', 'ttl: 5m', 'use expire'],
    ['TypedCache', 'stale_while_revalidate: 5m', 'use grace'],
    ['MemoryCache', 'max: 5', 'use maxEntries'],
  ])(
    'an option of %s that is meant otherwise leads to the one that would do: %s',
    async (name, option, hint) => {
      expect(await refusal(name, option)).toContain(`(${hint})`);
    },
  );

  it('a hint lists the options of a class that has few', () => {
    expect(optionHint('colour', ['label', 'port'])).toBe('options: label, port');
    expect(optionHint('colour', [])).toBeUndefined();
  });
});
