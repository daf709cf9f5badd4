import { type CollectionMutant, mutant } from './flaws.js';

/** Flaws of hashes. */
export const hashMutants: readonly CollectionMutant[] = [
  mutant('a hash counts the fields that are new', 'counts the fields that it writes', 'getHash', (hash) => ({
    setField: async (...call: unknown[]) => {
      await hash.setField(...call);
      return 1;
    },
  })),
  mutant(
    'a field that is absent is undefined, and one that is empty is not',
    'takes empty for absent',
    'getHash',
    (hash) => ({
      field: async (field: string) => (await hash.field(field)) || undefined,
    }),
  ),
  mutant('fields of all names come back with `all`', 'collects fields in an object', 'getHash', (hash) => ({
    all: async () => {
      const fields: Record<string, unknown> = {};
      for (const [field, value] of await hash.all()) fields[field] = value;
      return new Map(Object.entries(fields));
    },
  })),
  mutant(
    'a field is incremented exactly, and one that is no number stays as it was',
    'counts in numbers',
    'getHash',
    (hash) => ({
      incrementField: async (...call: unknown[]) => BigInt(Number(await hash.incrementField(...call))),
    }),
  ),
  mutant(
    'a field is incremented exactly, and one that is no number stays as it was',
    'takes text for 0',
    'getHash',
    (hash) => ({
      incrementField: (field: string, by = 1, options: unknown) =>
        hash.incrementField(field, by, options).catch(async () => {
          await hash.setField(field, '0');
          return hash.incrementField(field, by, options);
        }),
    }),
  ),
  mutant(
    'fields are found, counted and removed',
    'counts the fields that it was given',
    'getHash',
    (hash) => ({
      remove: async (fields: string | string[]) => {
        await hash.remove(fields);
        return [fields].flat().length;
      },
    }),
  ),
  mutant(
    'a hash has its life from the step that creates it',
    'moves the life with each write',
    'getHash',
    (hash) => ({
      setFields: async (fields: unknown, options?: { expire?: unknown }) => {
        const added = await hash.setFields(fields, options);
        if (options?.expire !== undefined) await hash.expire(options.expire);
        return added;
      },
    }),
  ),
  mutant(
    'a hash has its life from the step that creates it',
    'forgets the life of a field',
    'getHash',
    (hash) => ({
      incrementField: (field: string, by: unknown) => hash.incrementField(field, by),
    }),
  ),
  mutant('`entries` reports every field of a large hash', 'ends after the first page', 'getHash', (hash) => ({
    entries: async function* () {
      let left = 512;
      for await (const entry of hash.entries()) {
        if (left-- === 0) return;
        yield entry;
      }
    },
  })),
  mutant(
    'a value that the codec cannot write is refused, and no field is changed',
    'writes fields one by one',
    'getHash',
    (hash) => ({
      setFields: async (fields: object, options: unknown) => {
        let added = 0;
        for (const [field, value] of Object.entries(fields))
          added += await hash.setField(field, value, options);
        return added;
      },
    }),
  ),
];
