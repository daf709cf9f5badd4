import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import {
  change,
  changeStore,
  deaf,
  deafCalls,
  declared,
  forever,
  idle,
  mutant,
  type TypedMutant,
} from './typed-flaws.js';

const DAY = 86_400_000;

/** Calls a method twice. */
const twice = (name: 'get' | 'invalidateTags' | 'clear' | 'getMany'): TypedFlaw =>
  change(name, (original) => async (...args) => {
    await original(...args);
    return original(...args);
  });

export const typedTagMutants: readonly TypedMutant[] = [
  mutant(
    'invalidateTags is a miss for everything that carries one of the tags, and for nothing else',
    'minds the first',
    change('invalidateTags', (original) => (first) => original(first)),
  ),
  mutant(
    'invalidateTags is a miss for everything that carries one of the tags, and for nothing else',
    'clears',
    change(
      'invalidateTags',
      (_, { cache }) =>
        () =>
          cache.clear(),
    ),
  ),
  mutant(
    'a tag that a call declares and the value lacks makes it a miss',
    'does not look',
    deafCalls(['tags'], ['get']),
  ),
  mutant(
    'a tag that was never invalidated, and nobody has read, is current',
    'is not',
    change('set', (original, { cache }) => async (key, value, options) => {
      const stored = await original(key, value, options);
      if (options?.tags !== undefined) await cache.invalidateTags(...options.tags);
      return stored;
    }),
  ),
  mutant(
    'what is stored anew has its new tags only',
    'has the old ones too',
    change('set', (original, { cache }) => async (key, value, options) => {
      const before = (await cache.getEntry(key))?.tags ?? [];
      return original(key, value, { ...options, tags: [...(options?.tags ?? []), ...before] });
    }),
  ),
  mutant(
    'setMany gives its tags to all, and getMany minds those of each',
    'gives none',
    deafCalls(['tags'], ['setMany']),
  ),
  mutant(
    'tags may be any text, and those of the component are carried by everything',
    'are not',
    declared(({ tags: _, ...options }) => options),
  ),
  mutant(
    'what is no tag is refused, before anything is done',
    'is left out',
    change(
      'invalidateTags',
      (original) =>
        (...names) =>
          original(...names.filter((name) => typeof name === 'string' && name !== '' && name.isWellFormed())),
    ),
  ),
  mutant(
    'a tag is remembered as long as anything that carries it, also when nobody reads',
    'for ten days',
    changeStore('read', (original, _, { raw, clock }) => {
      const seen = new Map<string, number>();
      return async (request) => {
        for (const name of request.generations ?? []) {
          if (clock.now() - (seen.get(name) ?? clock.now()) > 10 * DAY) await raw.advance([name]);
          seen.set(name, clock.now());
        }
        return original(request);
      };
    }),
  ),
  mutant('a tag or a namespace whose state was lost counts as invalidated', 'counts as current', forever),
  mutant('a hit without tags costs one round trip', 'two', twice('get')),
  mutant(
    'a hit with tags costs two round trips at most, and those of the call cost none',
    'three',
    twice('get'),
  ),
  mutant('many hits with different tags cost two round trips at most', 'three', twice('getMany')),
  mutant('invalidateTags costs the same however much it covers', 'twice that', twice('invalidateTags')),
  mutant('clear costs the same however much it covers', 'twice that', twice('clear')),
  mutant(
    'a hit sends two commands at most without tags, and one more for each of them',
    'three',
    change('getOrSet', (original, { cache }) => async (...args) => {
      await cache.getMany([args[0]]);
      await cache.get(args[0]);
      return original(...args);
    }),
  ),
  mutant('clear is a miss for everything', 'for nothing', idle('clear')),
  mutant('a namespace sees nothing of another one on the same store', 'is one', deaf('namespace')),
];
