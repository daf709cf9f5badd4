import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { idle } from './failure-flaws.js';
import { type CallOptionsBag, change, changeStore, declared, mutant, type TypedMutant } from './flaws.js';
import { forever } from './memory-flaws.js';
import { deaf, deafCalls } from './option-flaws.js';

const DAY = 86_400_000;

/** Calls a method twice. */
const twice = (name: 'get' | 'invalidateTags' | 'clear' | 'getMany'): TypedFlaw =>
  change(name, (original) => async (...args) => {
    await original(...args);
    return original(...args);
  });

/** Adds the tags of the stored value to those of some calls. */
const uniting = (when: (options: CallOptionsBag) => boolean): TypedFlaw =>
  change('getOrSet', (original, { cache }) => async (key, load, options) => {
    const carried = (await cache.getEntry(key))?.tags ?? [];
    if (!when(options)) return original(key, load, options);
    return original(key, load, { ...options, tags: [...(options?.tags ?? []), ...carried] });
  });

export const typedTagMutants: readonly TypedMutant[] = [
  mutant(
    'invalidateTags makes every value with one of its tags a miss, and no other',
    'checks the first tag only',
    change('invalidateTags', (original) => (first) => original(first)),
  ),
  mutant(
    'invalidateTags makes every value with one of its tags a miss, and no other',
    'clears everything',
    change(
      'invalidateTags',
      (_, { cache }) =>
        () =>
          cache.clear(),
    ),
  ),
  mutant(
    'a value that lacks a tag declared by the call is a miss',
    'ignores tags declared by the call',
    deafCalls(['tags'], ['get']),
  ),
  mutant(
    'a tag that was never invalidated or read is current',
    'invalidates a tag when it stores a value',
    change('set', (original, { cache }) => async (key, value, options) => {
      const stored = await original(key, value, options);
      if (options?.tags !== undefined) await cache.invalidateTags(...options.tags);
      return stored;
    }),
  ),
  mutant(
    'a value that is stored again has its new tags only',
    'keeps the old tags too',
    change('set', (original, { cache }) => async (key, value, options) => {
      const before = (await cache.getEntry(key))?.tags ?? [];
      return original(key, value, { ...options, tags: [...(options?.tags ?? []), ...before] });
    }),
  ),
  mutant(
    'setMany gives its tags to every value, and getMany checks the tags of each',
    'stores no tags with setMany',
    deafCalls(['tags'], ['setMany']),
  ),
  mutant(
    'tags may be any text, and every value carries those of the component',
    'ignores tags of the component',
    declared(({ tags: _, ...options }) => options),
  ),
  mutant(
    'an invalid tag is refused, before anything is done',
    'ignores an invalid tag',
    change(
      'invalidateTags',
      (original) =>
        (...names) =>
          original(...names.filter((name) => typeof name === 'string' && name !== '' && name.isWellFormed())),
    ),
  ),
  mutant(
    'an invalidated tag is remembered as long as any value that carries it, even without reads',
    'remembers an invalidated tag for ten days only',
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
  mutant(
    'calls with different tags for one key share a value that carries all of them',
    'stores the tags of the last load only',
    change('getOrSet', (original, { cache }) => async (key, load, options) => {
      const carried = (await cache.getEntry(key))?.tags;
      if (carried !== undefined && options?.tags?.some((tag: string) => !carried.includes(tag))) {
        await cache.delete(key);
      }
      return original(key, load, options);
    }),
  ),
  mutant(
    'a forced load takes over no tags of the value that it replaces',
    'keeps the tags of the value that a forced load replaces',
    uniting((options) => options?.forceFresh === true),
  ),
  mutant(
    'a value with more than 32 tags leaves none of them to calls with other tags',
    'unites any number of tags',
    uniting(() => true),
  ),
  mutant(
    'a tag or a namespace whose state was lost counts as invalidated',
    'treats a lost tag as current',
    forever,
  ),
  mutant('a hit without tags costs one round trip', 'takes two round trips for a hit', twice('get')),
  mutant(
    'a hit with tags costs two round trips at most, and tags declared by the call cost none',
    'takes three round trips for a hit with tags',
    twice('get'),
  ),
  mutant(
    'a bulk hit with different tags costs two round trips at most',
    'takes three round trips for a bulk hit',
    twice('getMany'),
  ),
  mutant(
    'invalidateTags costs the same however many values it covers',
    'costs twice as much for more values',
    twice('invalidateTags'),
  ),
  mutant(
    'clear costs the same however many values it covers',
    'costs twice as much for more values',
    twice('clear'),
  ),
  mutant(
    'a hit sends two commands at most, plus one for each tag',
    'sends three commands for a hit',
    change('getOrSet', (original, { cache }) => async (...args) => {
      await cache.getMany([args[0]]);
      await cache.get(args[0]);
      return original(...args);
    }),
  ),
  mutant('clear makes every value a miss', 'ignores clear', idle('clear')),
  mutant(
    'a namespace never sees the values of another one on the same store',
    'shares one namespace',
    deaf('namespace'),
  ),
];
