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
  mutant(
    'mode off neither reads nor stores: every call loads',
    'applies mode on in place of off',
    deaf('mode'),
  ),
  mutant('mode readOnly reads, and stores nothing', 'applies mode on in place of readOnly', deaf('mode')),
  mutant('mode writeOnly stores, and reads nothing', 'applies mode on in place of writeOnly', deaf('mode')),
  mutant(
    'mode shadow returns the loaded value, and reports whether the cache would have hit',
    'applies mode on in place of shadow',
    deaf('mode'),
  ),
  mutant(
    'mode shadow counts reads as hits or misses, and returns no value',
    'applies mode on in place of shadow',
    deaf('mode'),
  ),
  ...['writeOnly', 'shadow'].map((mode) =>
    mutant(
      `mode ${mode} returns no stored value as a fallback, and gives none to a loader`,
      'applies mode on in any mode',
      deaf('mode'),
    ),
  ),
  ...['off', 'readOnly', 'writeOnly', 'shadow'].map((mode) =>
    mutant(
      `mode ${mode} still sends invalidations to the store`,
      'sends no invalidations',
      changeMany(({ options }) => {
        if (options.mode !== mode) return {};
        return Object.fromEntries(INVALIDATING.map((name) => [name, async () => true]));
      }),
    ),
  ),
  ...['off', 'readOnly'].map((mode) =>
    mutant(
      `a set that mode ${mode} does not store invalidates the existing value`,
      'does nothing at a set that is not stored',
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
    mutant(`a component is refused for ${title}`, 'ignores the option', deaf(...names)),
  ),
  mutant(
    'conflicting options of a call are refused, before anything is done',
    'ignores conflicting options',
    change('getOrSet', (original) => (key, load) => original(key, load)),
  ),
  mutant(
    'lease cluster is refused on a store without fences',
    'applies lease process instead',
    deaf('lease'),
  ),
];

const forcing: readonly TypedMutant[] = [
  mutant(
    'forceFresh loads and stores even if there is a fresh value',
    'does not load with forceFresh',
    deaf('forceFresh'),
  ),
  mutant(
    'a value that forceFresh has stored is not replaced by a load that began before it',
    'keeps the fence at forceFresh',
    changeStore('write', (original) => (key, value, expire, fence) => {
      return original(key, value, expire, typeof fence === 'object' ? fence.fence : fence);
    }),
  ),
  mutant('a value that was stored with another version is a miss', 'ignores the version', deaf('version')),
  mutant('a value that the schema refuses is a miss, and is reloaded', 'ignores the schema', deaf('schema')),
  mutant(
    'a schema may transform a value that is read from the store',
    'does not transform values by the schema',
    deaf('schema'),
  ),
  mutant(
    'a schema converts the first answer like every later one, for all callers',
    'answers the loaded value unconverted',
    deafCalls(['schema'], ['getOrSet']),
  ),
  mutant(
    'a loaded value that the schema refuses is an error for all callers, and is not stored',
    'does not check loaded values',
    deafCalls(['schema'], ['getOrSet']),
  ),
  mutant(
    'a set value that the schema refuses is an error, and changes nothing',
    'does not check set values',
    deafCalls(['schema'], ['set', 'setMany']),
  ),
  mutant(
    'null that the schema refuses stays null, and is stored',
    'treats null as absent with a schema',
    change('getOrSet', (original) => async (key, load, options) => {
      const value = await original(key, load, options);
      return value === null ? undefined : value;
    }),
  ),
  mutant(
    'a schema that throws is a miss, and does not fail the call',
    'rejects when the schema throws',
    change('get', (original) => async (key, options) => {
      options?.schema?.['~standard'].validate(undefined);
      return original(key, options);
    }),
  ),
  mutant(
    'options of a call override those of the component one by one',
    'prefers options of the component',
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
  mutant(
    'unreadable bytes are a miss that is counted, reported and reloaded',
    'rejects at unreadable bytes',
    strict,
  ),
  mutant(
    'a read of a value with any one byte changed returns a value or a miss, and never rejects',
    'rejects at a changed byte',
    strict,
  ),
  mutant(
    'unreadable bytes are removed like any other value',
    'leaves unreadable bytes',
    change(
      'delete',
      (original, { cache }) =>
        async (key) =>
          (await cache.explain(key)).reason === 'undecodable' ? false : original(key),
    ),
  ),
  mutant(
    'a value that another codec stored is a miss',
    'reads a value of another codec as its own',
    change(
      'get',
      (original, { cache }) =>
        async (key, options) =>
          (await cache.explain(key)).codec === 'text' ? 0 : original(key, options),
    ),
  ),
  mutant('envelope none stores exactly the bytes of the codec', 'stores an envelope', deaf('envelope')),
  mutant(
    'envelope none still shares loads, invalidates and clears',
    'ignores clear with envelope none',
    idle('clear'),
  ),
];

/** Listeners of an event receive a changed event, or none. */
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
    'reports no loads',
    tells((listener, name) => (name === 'loaded' ? () => {} : listener)),
  ),
  mutant('the counters add up', 'counts no shared loads', counts({ joined: 0 })),
  mutant('a fenced load is counted and reported', 'does not count fenced loads', counts({ fenced: 0 })),
  mutant(
    'a listener that throws has no effect on calls, and a removed listener hears nothing',
    'keeps a removed listener',
    change('on', (original) => (...args) => {
      original(...args);
      return () => {};
    }),
  ),
  mutant(
    'explain reports where a value is, its age and its tags, without counting as a read',
    'counts explain as a read',
    change('explain', (original, { cache }) => async (...args) => {
      await cache.get(args[0]);
      return original(...args);
    }),
  ),
  mutant(
    'explain names the reason of every miss',
    'knows one reason for every miss',
    explains({ reason: 'absent' }),
  ),
  mutant(
    'explain reports that a key is being loaded',
    'does not report that a key is being loaded',
    explains({ loading: false }),
  ),
  mutant(
    'getEntry returns age, remaining TTL and tags of a fresh value',
    'answers no age',
    change('getEntry', (original) => async (...args) => ({ ...(await original(...args)), ageMs: 0 })),
  ),
  mutant(
    'no event and no log line holds a value',
    'publishes the loaded value',
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
    'answers a miss at get after close',
    change('get', (original) => async (...args) => {
      await aMoment();
      return original(...args).catch(() => undefined);
    }),
  ),
];
