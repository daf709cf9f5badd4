import { idle } from './failure-flaws.js';
import {
  type AnyLoader,
  aMoment,
  change,
  changeMany,
  changeStore,
  mutant,
  type TypedMutant,
} from './flaws.js';
import { deaf, deafCalls } from './option-flaws.js';

const INVALIDATING = ['delete', 'deleteMany', 'expire', 'invalidateTags', 'clear'] as const;

const modes: readonly TypedMutant[] = [
  mutant('mode off neither reads nor stores: every call loads', 'is on', deaf('mode')),
  mutant('mode readOnly reads, and stores nothing', 'is on', deaf('mode')),
  mutant('mode writeOnly stores, and reads nothing', 'is on', deaf('mode')),
  mutant(
    'mode shadow answers the loaded value, and reports whether the cache would have hit',
    'is on',
    deaf('mode'),
  ),
  mutant('mode shadow counts reads as hits or misses, and returns no value', 'is on', deaf('mode')),
  ...['writeOnly', 'shadow'].map((mode) =>
    mutant(
      `mode ${mode} returns no stored value as a fallback, and gives none to a loader`,
      'is on',
      deaf('mode'),
    ),
  ),
  ...['off', 'readOnly', 'writeOnly', 'shadow'].map((mode) =>
    mutant(
      `mode ${mode} still sends invalidations to the store`,
      'they do not',
      changeMany(({ options }) => {
        if (options.mode !== mode) return {};
        return Object.fromEntries(INVALIDATING.map((name) => [name, async () => true]));
      }),
    ),
  ),
  ...['off', 'readOnly'].map((mode) =>
    mutant(
      `a set that mode ${mode} does not store invalidates the existing value`,
      'does nothing',
      change(
        'set',
        (original) => async (key, value, options) =>
          options?.mode === mode ? false : original(key, value, options),
      ),
    ),
  ),
];

const RELATIONS: readonly (readonly [title: string, ...options: string[]])[] = [
  ['softTimeout without grace', 'softTimeout'],
  ['graceBackoff without grace', 'graceBackoff'],
  ['softTimeout that is not below hardTimeout', 'softTimeout'],
  ['leaseTimeout without lease cluster', 'leaseTimeout'],
  ['waitTimeout without lease cluster', 'waitTimeout'],
  ['an unknown mode', 'mode'],
  ['an unknown lease', 'lease'],
  ['a jitter of 1', 'jitter'],
  ['a jitter below 0', 'jitter'],
  ['an unknown codec', 'codec'],
  ['an unknown compression algorithm', 'compress'],
  ['an unknown option', 'expires'],
  ['envelope none with grace', 'grace'],
  ['envelope none with tags', 'tags'],
  ['envelope none with a version', 'version'],
];

const relations: readonly TypedMutant[] = [
  ...RELATIONS.map(([title, ...names]) =>
    mutant(`a component is refused for ${title}`, 'leaves it out', deaf(...names)),
  ),
  mutant(
    'conflicting options of a call are refused, before anything is done',
    'is left out',
    change('getOrSet', (original) => (key, load) => original(key, load)),
  ),
  mutant('lease cluster is refused on a store without fences', 'is one of the process', deaf('lease')),
];

const forcing: readonly TypedMutant[] = [
  mutant('forceFresh loads and stores even if there is a fresh value', 'does not load', deaf('forceFresh')),
  mutant(
    'a value that forceFresh has stored is not replaced by a load that began before it',
    'is, for the fence stays',
    changeStore('write', (original) => (key, value, expire, fence) => {
      return original(key, value, expire, typeof fence === 'object' ? fence.fence : fence);
    }),
  ),
  mutant('a value that was stored with another version is a miss', 'is a hit', deaf('version')),
  mutant('a value that the schema refuses is a miss, and is reloaded', 'is a hit', deaf('schema')),
  mutant('a schema may transform a value that is read from the store', 'does not', deaf('schema')),
  mutant(
    'a schema that throws is a miss, and does not fail the call',
    'is one',
    change('get', (original) => async (key, options) => {
      options?.schema?.['~standard'].validate(undefined);
      return original(key, options);
    }),
  ),
  mutant(
    'options of a call override those of the component one by one',
    'go behind',
    deafCalls(['grace', 'tags']),
  ),
];

export const typedOptionMutants: readonly TypedMutant[] = [...modes, ...relations, ...forcing];

const strict = changeMany(({ cache }) => ({
  get: async (key, options) => {
    const before = cache.stats().undecodable;
    const value = await cache.get(key, options);
    if (cache.stats().undecodable > before) throw new SyntaxError('bytes that mean nothing');
    return value;
  },
}));

export const typedByteMutants: readonly TypedMutant[] = [
  mutant('unreadable bytes are a miss that is counted, reported and reloaded', 'are an error', strict),
  mutant(
    'a read of a value with any one byte changed answers a value or a miss, and never rejects',
    'is an error',
    strict,
  ),
  mutant(
    'unreadable bytes are removed like any other value',
    'are left',
    change(
      'delete',
      (original, { cache }) =>
        async (key) =>
          (await cache.explain(key)).reason === 'undecodable' ? false : original(key),
    ),
  ),
  mutant(
    'a value that another codec stored is a miss',
    'is read as if it were of this one',
    change(
      'get',
      (original, { cache }) =>
        async (key, options) =>
          (await cache.explain(key)).codec === 'text' ? 0 : original(key, options),
    ),
  ),
  mutant('envelope none stores exactly the bytes of the codec', 'is full', deaf('envelope')),
  mutant('envelope none still shares loads, invalidates and clears', 'is not cleared', idle('clear')),
];

/** Listeners of an event are told something else, or not at all. */
function tells(make: (listener: (event: unknown) => void, name: string) => (event: unknown) => void) {
  return change('on', (original) => (name, listener) => original(name, make(listener, name)));
}

function counts(changed: Readonly<Record<string, unknown>>) {
  return change('stats', (original) => () => ({ ...original(), ...changed }));
}

function explains(changed: Readonly<Record<string, unknown>>) {
  return change('explain', (original) => async (...args) => ({ ...(await original(...args)), ...changed }));
}

export const typedObservationMutants: readonly TypedMutant[] = [
  mutant(
    'listeners are told every step of each call',
    'leaves out that it loaded',
    tells((listener, name) => (name === 'loaded' ? () => {} : listener)),
  ),
  mutant('the counters add up', 'counts no joins', counts({ joined: 0 })),
  mutant('a fenced load is counted and reported', 'is not counted', counts({ fenced: 0 })),
  mutant(
    'a listener that throws has no effect on calls, and a removed listener hears nothing',
    'hears on',
    change('on', (original) => (...args) => {
      original(...args);
      return () => {};
    }),
  ),
  mutant(
    'explain reports where a value is, its age and its tags, without counting as a read',
    'reads',
    change('explain', (original, { cache }) => async (...args) => {
      await cache.get(args[0]);
      return original(...args);
    }),
  ),
  mutant('explain names the reason of every miss', 'knows one', explains({ reason: 'absent' })),
  mutant('explain reports that a key is being loaded', 'does not', explains({ loading: false })),
  mutant(
    'getEntry answers age, remaining TTL and tags of a fresh value',
    'knows no age',
    change('getEntry', (original) => async (...args) => ({ ...(await original(...args)), ageMs: 0 })),
  ),
  mutant(
    'no event and no log line holds a value',
    'tells what was loaded',
    changeMany(({ cache }) => {
      let last: unknown;
      return {
        getOrSet: async (key, load: AnyLoader, options) => {
          last = await cache.getOrSet(key, load, options);
          return last;
        },
        on: (name, listener) => cache.on(name, (event) => listener({ ...event, value: last } as never)),
      };
    }),
  ),
];

export const typedClosingMutants: readonly TypedMutant[] = [
  mutant(
    'every call rejects with a DisposedError after close, and loads in progress are released',
    'get is a miss',
    change('get', (original) => async (...args) => {
      await aMoment();
      return original(...args).catch(() => undefined);
    }),
  ),
];
