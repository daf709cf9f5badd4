import fc from 'fast-check';
import type { ICollectionSite } from '../../../src/interfaces/collection-site.js';
import { all } from '../../contract/expectations.js';

/** One call of a program, by its words, and how to make it. */
export interface Step {
  readonly words: string;
  run(site: ICollectionSite): Promise<unknown>;
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const NAMES = ['{x}a', '{x}b', 'c'] as const;
const ITEMS = [
  bytes(),
  bytes(97),
  bytes(98),
  bytes(97, 97),
  bytes(0),
  bytes(255),
  '__proto__',
  '10',
  '9',
  5,
] as const;
const FIELDS = ['f', 'g', '__proto__', '7'] as const;
const SCORES = [
  ...[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, 0, 1, 1, 1, -1.5, 0.1, 1 / 3, 5e-324],
  ...[2 ** 53, -(2 ** 53) - 2, Number.MAX_VALUE],
] as const;
const INTEGERS = [0n, 1n, -1n, 7n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 62n)] as const;
const FRACTIONS = [0.5, -0.25, 3, 1024, -7.75, 0.1, 0.2, 1 / 3, 1e-7, 123456.75] as const;

const name = fc.constantFrom(...NAMES);
/** A counter, and a field, of small numbers: a sum beyond 64 bits with a fraction is rounded otherwise in memory. */
const small = fc.constant('small');
const item = fc.constantFrom(...ITEMS);
const items = fc.array(item, { minLength: 1, maxLength: 4 });
const field = fc.constantFrom(...FIELDS);
const score = fc.constantFrom(...SCORES);
const position = fc.integer({ min: -5, max: 5 });
const bound = fc.oneof(
  score,
  score.map((exclusive) => ({ exclusive })),
);
const expire = fc.constantFrom(undefined, undefined, '1h' as const);
const reverse = fc.boolean();
const when = fc.constantFrom(
  undefined,
  undefined,
  'absent' as const,
  'present' as const,
  'greater' as const,
  'less' as const,
);

function step<Args extends unknown[]>(
  verb: string,
  args: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  run: (site: ICollectionSite, ...args: Args) => Promise<unknown>,
): fc.Arbitrary<Step> {
  return fc.tuple(...(args as fc.Arbitrary<unknown>[])).map((drawn) => ({
    words: `${verb}(${drawn.map(shown).join(', ')})`,
    run: (site) => run(site, ...(drawn as Args)),
  }));
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return Object.is(value, -0) ? '-0' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Members in the order of their bytes, for answers that have none. */
async function unordered(members: Promise<Uint8Array[]>): Promise<string[]> {
  return (await members).map((member) => Buffer.from(member).toString('hex')).sort();
}

type Name = string;
type Item = Uint8Array | string | number;
type Bound = number | { exclusive: number };

/** Every verb whose answer does not depend on chance or time. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  step<[Name, bigint, '1h' | undefined]>(
    'increment',
    [name, fc.constantFrom(...INTEGERS), expire],
    (site, at, by, life) => site.getCounter(at).increment(by, { expire: life }),
  ),
  step<[Name, number, '1h' | undefined]>(
    'incrementFloat',
    [small, fc.constantFrom(...FRACTIONS), expire],
    (site, at, by, life) => site.getCounter(at).incrementFloat(by, { expire: life }),
  ),
  step<[Name, number]>('increment', [small, fc.constantFrom(1, -7)], (site, at, by) =>
    site.getCounter(at).increment(by),
  ),
  step<[Name]>('value', [fc.oneof(name, small)], (site, at) => site.getCounter(at).value()),
  step<[Name]>('floatValue', [fc.oneof(name, small)], (site, at) => site.getCounter(at).floatValue()),
  step<[Name]>('reset', [fc.oneof(name, small)], (site, at) => site.getCounter(at).reset()),
  step<[Name, [string, Item][], '1h' | undefined]>(
    'setFields',
    [name, fc.array(fc.tuple(field, item), { maxLength: 4 }), expire],
    (site, at, pairs, life) => site.getHash(at).setFields(pairs, { expire: life }),
  ),
  step<[Name, string]>('field', [name, field], (site, at, of) => site.getHash(at).field(of)),
  step<[Name, string[]]>('fields', [name, fc.array(field, { maxLength: 3 })], (site, at, of) =>
    site.getHash(at).fields(of),
  ),
  step<[Name]>('all', [name], async (site, at) =>
    [...(await site.getHash(at).all())].filter(([of]) => of !== 'small').sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  step<[Name, string, bigint, '1h' | undefined]>(
    'incrementField',
    [name, field, fc.constantFrom(...INTEGERS), expire],
    (site, at, of, by, life) => site.getHash(at).incrementField(of, by, { expire: life }),
  ),
  step<[Name, string, number]>(
    'incrementFieldFloat',
    [name, small, fc.constantFrom(...FRACTIONS)],
    (site, at, of, by) => site.getHash(at).incrementFieldFloat(of, by),
  ),
  step<[Name, string[]]>('remove fields', [name, fc.array(field, { maxLength: 3 })], (site, at, of) =>
    site.getHash(at).remove(of),
  ),
  step<[Name, string]>('has field', [name, field], (site, at, of) => site.getHash(at).has(of)),
  step<[Name]>('size of a hash', [name], (site, at) => site.getHash(at).size()),
  step<[Name, Item[], '1h' | undefined]>('pushFirst', [name, items, expire], (site, at, of, life) =>
    site.getList(at).pushFirst(of, { expire: life }),
  ),
  step<[Name, Item[], '1h' | undefined]>('pushLast', [name, items, expire], (site, at, of, life) =>
    site.getList(at).pushLast(of, { expire: life }),
  ),
  step<[Name, Item[], number, 'first' | 'last']>(
    'pushCapped',
    [name, items, fc.integer({ min: 1, max: 5 }), fc.constantFrom('first' as const, 'last' as const)],
    (site, at, of, cap, end) => site.getList(at).pushCapped(of, cap, { end }),
  ),
  step<[Name, number, number]>('range of a list', [name, position, position], (site, at, start, stop) =>
    site.getList(at).range(start, stop),
  ),
  step<[Name, number]>('at', [name, position], (site, at, index) => site.getList(at).at(index)),
  step<[Name]>('popFirst', [name], (site, at) => site.getList(at).popFirst()),
  step<[Name]>('popLast', [name], (site, at) => site.getList(at).popLast()),
  step<[Name, Item, number]>(
    'remove an item',
    [name, item, fc.integer({ min: -2, max: 2 })],
    (site, at, of, count) => site.getList(at).remove(of, count),
  ),
  step<[Name, number, number]>('trim', [name, position, position], (site, at, start, stop) =>
    site.getList(at).trim(start, stop),
  ),
  step<[Name, Item[], '1h' | undefined]>('add', [name, items, expire], (site, at, of, life) =>
    site.getSet(at).add(of, { expire: life }),
  ),
  step<[Name, Item[]]>('remove members', [name, items], (site, at, of) => site.getSet(at).remove(of)),
  step<[Name, Item]>('has', [name, item], (site, at, of) => site.getSet(at).has(of)),
  step<[Name]>('members', [name], (site, at) => unordered(all(site.getSet(at).members()))),
  step<[Name, 'union' | 'intersection' | 'difference', Name[]]>(
    'combine',
    [
      name,
      fc.constantFrom('union' as const, 'intersection' as const, 'difference' as const),
      fc.array(name, { maxLength: 2 }),
    ],
    (site, at, operation, others) => unordered(site.getSet(at)[operation](others)),
  ),
  step<[Name, Name, 'unionInto' | 'intersectionInto' | 'differenceInto', '1h' | undefined]>(
    'combineInto',
    [
      fc.constantFrom('{x}a', '{x}b'),
      fc.constantFrom('{x}a', '{x}b'),
      fc.constantFrom('unionInto' as const, 'intersectionInto' as const, 'differenceInto' as const),
      expire,
    ],
    (site, at, into, operation, life) => site.getSet(at)[operation](into, '{x}b', { expire: life }),
  ),
  step<[Name, [Item, number][], 'absent' | 'present' | 'greater' | 'less' | undefined, '1h' | undefined]>(
    'addMany',
    [name, fc.array(fc.tuple(item, score), { minLength: 1, maxLength: 5 }), when, expire],
    (site, at, pairs, condition, life) =>
      site.getSortedSet(at).addMany(pairs, { when: condition, expire: life }),
  ),
  step<[Name, Item, number]>('incrementScore', [name, item, score], (site, at, of, by) =>
    site.getSortedSet(at).incrementScore(of, by),
  ),
  step<[Name, Item]>('score', [name, item], (site, at, of) => site.getSortedSet(at).score(of)),
  step<[Name, Item]>('rank', [name, item], (site, at, of) => site.getSortedSet(at).rank(of)),
  step<[Name, Item]>('reverseRank', [name, item], (site, at, of) => site.getSortedSet(at).reverseRank(of)),
  step<[Name, number, number, boolean]>(
    'range',
    [name, position, position, reverse],
    (site, at, start, stop, back) => site.getSortedSet(at).range(start, stop, { reverse: back }),
  ),
  step<[Name, Bound, Bound, boolean, number, number | undefined]>(
    'rangeByScore',
    [name, bound, bound, reverse, fc.integer({ min: 0, max: 2 }), fc.constantFrom(undefined, 1, 3)],
    (site, at, min, max, back, offset, count) =>
      site.getSortedSet(at).rangeByScore(min, max, { reverse: back, offset, count }),
  ),
  step<[Name, Item, number, boolean]>(
    'around',
    [name, item, fc.integer({ min: 0, max: 3 }), reverse],
    (site, at, of, distance, back) => site.getSortedSet(at).around(of, distance, { reverse: back }),
  ),
  step<[Name, Item[]]>('remove', [name, items], (site, at, of) => site.getSortedSet(at).remove(of)),
  step<[Name, number, number]>('removeByRank', [name, position, position], (site, at, start, stop) =>
    site.getSortedSet(at).removeByRank(start, stop),
  ),
  step<[Name, Bound, Bound]>('removeByScore', [name, bound, bound], (site, at, min, max) =>
    site.getSortedSet(at).removeByScore(min, max),
  ),
  step<[Name, Bound, Bound]>('count', [name, bound, bound], (site, at, min, max) =>
    site.getSortedSet(at).count(min, max),
  ),
  step<[Name]>('lifeOf', [name], async (site, at) => (await site.getSet(at).lifeOf()).state),
  step<[Name]>('expire', [name], (site, at) => site.getSet(at).expire('1h')),
  step<[Name]>('delete', [name], (site, at) => site.getSet(at).delete()),
);

/** Answer of a step: its value, or the code and reason of its error. */
export async function answerOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await answer };
  } catch (error) {
    const { code, reason } = error as { code?: string; reason?: string };
    return { code, reason };
  }
}
