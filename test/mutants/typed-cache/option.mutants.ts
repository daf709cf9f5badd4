import {
  type AnyLoader,
  aMoment,
  change,
  changeMany,
  changeStore,
  deaf,
  deafCalls,
  idle,
  mutant,
  type TypedMutant,
} from './typed-flaws.js';

const INVALIDATING = ['delete', 'deleteMany', 'expire', 'invalidateTags', 'clear'] as const;

const modes: readonly TypedMutant[] = [
  mutant('mode off reads nothing and stores nothing: every call loads', 'is on', deaf('mode')),
  mutant('mode readOnly reads, and stores nothing', 'is on', deaf('mode')),
  mutant('mode writeOnly reads nothing, and stores', 'is on', deaf('mode')),
  mutant(
    'mode shadow answers what was loaded, and tells whether the cache would have',
    'is on',
    deaf('mode'),
  ),
  mutant('in mode shadow reads are counted as they would be, and find nothing', 'is on', deaf('mode')),
  ...['writeOnly', 'shadow'].map((mode) =>
    mutant(
      `in mode ${mode} nothing that is stored is given out in need, nor to a loader`,
      'is on',
      deaf('mode'),
    ),
  ),
  ...['off', 'readOnly', 'writeOnly', 'shadow'].map((mode) =>
    mutant(
      `in mode ${mode} invalidations reach the store`,
      'they do not',
      changeMany(({ options }) => {
        if (options.mode !== mode) return {};
        return Object.fromEntries(INVALIDATING.map((name) => [name, async () => true]));
      }),
    ),
  ),
  ...['off', 'readOnly'].map((mode) =>
    mutant(
      `a set that mode ${mode} keeps from storing invalidates what was there`,
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
  ['a mode that is none', 'mode'],
  ['a lease that is none', 'lease'],
  ['a jitter of 1', 'jitter'],
  ['a jitter below 0', 'jitter'],
  ['a codec that is none', 'codec'],
  ['an algorithm that is none', 'compress'],
  ['an option that is none', 'expires'],
  ['envelope none with grace', 'grace'],
  ['envelope none with tags', 'tags'],
  ['envelope none with a version', 'version'],
];

const relations: readonly TypedMutant[] = [
  ...RELATIONS.map(([title, ...names]) =>
    mutant(`refused on the component: ${title}`, 'leaves it out', deaf(...names)),
  ),
  mutant(
    'what contradicts itself on a call is refused, before anything is done',
    'is left out',
    change('getOrSet', (original) => (key, load) => original(key, load)),
  ),
  mutant('lease cluster over a store without fences is refused', 'is one of the process', deaf('lease')),
];

const forcing: readonly TypedMutant[] = [
  mutant('forceFresh loads and stores also when there is a fresh value', 'does not load', deaf('forceFresh')),
  mutant(
    'what forceFresh has stored is not replaced by a load that began before it',
    'is, for the fence stays',
    changeStore('write', (original) => (key, value, expire, fence) => {
      return original(key, value, expire, typeof fence === 'object' ? fence.fence : fence);
    }),
  ),
  mutant('a value that was stored with another version is a miss', 'is a hit', deaf('version')),
  mutant('a value that the schema refuses is a miss, and is loaded anew', 'is a hit', deaf('schema')),
  mutant('a schema may convert what comes out of the store', 'does not', deaf('schema')),
  mutant(
    'a schema that throws is a miss and no failure of the call',
    'is one',
    change('get', (original) => async (key, options) => {
      options?.schema?.['~standard'].validate(undefined);
      return original(key, options);
    }),
  ),
  mutant(
    'options of a call go before those of the component, each by itself',
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
  mutant('bytes that mean nothing are a miss, counted and told, and are loaded anew', 'are an error', strict),
  mutant('whatever becomes of single bytes, a read ends well or is a miss', 'is an error', strict),
  mutant(
    'bytes that mean nothing are removed as all others',
    'are left',
    change(
      'delete',
      (original, { cache }) =>
        async (key) =>
          (await cache.explain(key)).reason === 'undecodable' ? false : original(key),
    ),
  ),
  mutant(
    'a value of another codec is a miss',
    'is read as if it were of this one',
    change(
      'get',
      (original, { cache }) =>
        async (key, options) =>
          (await cache.explain(key)).codec === 'text' ? 0 : original(key, options),
    ),
  ),
  mutant('envelope none stores what the codec makes and nothing else', 'is full', deaf('envelope')),
  mutant(
    'with envelope none all else holds: loads are shared, invalidated and cleared',
    'is not cleared',
    idle('clear'),
  ),
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
    'listeners are told the story of each call',
    'leaves out that it loaded',
    tells((listener, name) => (name === 'loaded' ? () => {} : listener)),
  ),
  mutant('what was counted adds up', 'counts no joins', counts({ joined: 0 })),
  mutant('a load that was fenced is counted and told', 'is not counted', counts({ fenced: 0 })),
  mutant(
    'a listener that throws harms nobody, and one that has ended hears nothing',
    'hears on',
    change('on', (original) => (...args) => {
      original(...args);
      return () => {};
    }),
  ),
  mutant(
    'explain says where a value is, how old, and what it carries, and counts as no read',
    'reads',
    change('explain', (original, { cache }) => async (...args) => {
      await cache.get(args[0]);
      return original(...args);
    }),
  ),
  mutant('explain names the reason of every miss', 'knows one', explains({ reason: 'absent' })),
  mutant('explain says that a key is being loaded', 'does not', explains({ loading: false })),
  mutant(
    'getEntry tells age, remaining life and tags of a fresh value',
    'knows no age',
    change('getEntry', (original) => async (...args) => ({ ...(await original(...args)), ageMs: 0 })),
  ),
  mutant(
    'no event and no log holds a value',
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
    'after close every call is a DisposedError, and loads under way are let go',
    'get is a miss',
    change('get', (original) => async (...args) => {
      await aMoment();
      return original(...args).catch(() => undefined);
    }),
  ),
];
