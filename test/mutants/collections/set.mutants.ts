import { type CollectionMutant, mutant } from './flaws.js';

const OPERATIONS = 'union, intersection and difference are those of all sets, wherever they are';
const RESULT = 'the result of an operation replaces a set, with the life that is asked for';
const TIES = 'members of one score are in the order of their bytes';

/** Flaws of sets and sorted sets. */
export const setMutants: readonly CollectionMutant[] = [
  mutant(
    'a set counts the members that are new, and those that it loses',
    'counts the members that it was given',
    'getSet',
    (set) => ({
      add: async (members: unknown, options: unknown) => {
        await set.add(members, options);
        return [members].flat().length;
      },
    }),
  ),
  mutant(
    'a random member is any one, and `pop` takes it away',
    'always chooses the first member',
    'getSet',
    (set) => ({
      randomMember: async () => {
        for await (const member of set.members()) return member;
        return undefined;
      },
    }),
  ),
  mutant(OPERATIONS, 'asks the first of the others only', 'getSet', (set) => ({
    intersection: (others: unknown) => set.intersection([others].flat().slice(0, 1)),
  })),
  mutant(OPERATIONS, 'ignores others that are absent', 'getSet', (set, site) => ({
    intersection: async (others: unknown) => {
      const there = [];
      for (const other of [others].flat() as (string | { name: string })[]) {
        const name = typeof other === 'string' ? other : other.name;
        if ((await site.getSet(name).size()) > 0) there.push(name);
      }
      return set.intersection(there);
    },
  })),
  mutant(RESULT, 'adds to what was there', 'getSet', (set, site) => ({
    unionInto: (target: { name: string }, others: unknown) =>
      site.getSet(target.name).unionInto(target as never, [set.name, ...[others].flat()]),
  })),
  mutant(RESULT, 'forgets the life', 'getSet', (set) => ({
    intersectionInto: (target: unknown, others: unknown) => set.intersectionInto(target, others),
  })),
  mutant('a set has its life from the step that creates it', 'forgets the life', 'getSet', (set) => ({
    add: (members: unknown) => set.add(members),
  })),
  mutant('`members` reports every member of a large set', 'ends after the first page', 'getSet', (set) => ({
    members: async function* () {
      let left = 512;
      for await (const member of set.members()) {
        if (left-- === 0) return;
        yield member;
      }
    },
  })),
  mutant(
    'members come in the order of their scores, and back in the other one',
    'ignores the direction',
    'getSortedSet',
    (board) => ({
      range: (start: number, stop: number) => board.range(start, stop),
    }),
  ),
  mutant(TIES, 'orders members as languages do', 'getSortedSet', (board) => ({
    range: async (start: number, stop: number, options: { reverse?: boolean } = {}) => {
      const entries = (await board.range(start, stop)) as { member: string; score: number }[];
      const inOrder = entries.sort((a, b) => a.score - b.score || a.member.localeCompare(b.member, 'en'));
      return options.reverse === true ? inOrder.reverse() : inOrder;
    },
  })),
  mutant(TIES, 'keeps the order of ties in reverse', 'getSortedSet', (board) => ({
    reverseRank: (member: unknown) => board.rank(member),
  })),
  mutant('overlapping increments of scores add up', 'reads, then writes', 'getSortedSet', (board) => ({
    incrementScore: async (member: unknown, by = 1) => {
      const score = ((await board.score(member)) ?? 0) + by;
      await Promise.resolve();
      await board.add(member, score);
      return score;
    },
  })),
  mutant(
    '`around` returns a member with its neighbours and their ranks',
    'numbers the neighbours from 0',
    'getSortedSet',
    (board) => ({
      around: async (...call: unknown[]) =>
        ((await board.around(...call)) as object[]).map((entry, rank) => ({ ...entry, rank })),
    }),
  ),
  mutant(
    '`around` is one step, before the calls that follow in its turn',
    'ranks first, and reads then',
    'getSortedSet',
    (board) => ({
      around: async (member: unknown, distance: number) => {
        const rank = (await board.rank(member)) as number;
        const first = Math.max(0, rank - distance);
        const entries = (await board.range(first, rank + distance)) as object[];
        return entries.map((entry, index) => ({ ...entry, rank: first + index }));
      },
    }),
  ),
  mutant(
    'bounds of scores are included or excluded, and pages are cut in the asked order',
    'includes every bound',
    'getSortedSet',
    (board) => ({
      rangeByScore: (min: number | { exclusive: number }, max: unknown, options: unknown) =>
        board.rangeByScore(typeof min === 'number' ? min : min.exclusive, max, options),
    }),
  ),
  mutant(
    'bounds of scores are included or excluded, and pages are cut in the asked order',
    'cuts the page before it reverses',
    'getSortedSet',
    (board) => ({
      rangeByScore: async (
        min: unknown,
        max: unknown,
        { reverse, ...options }: { reverse?: boolean } = {},
      ) => {
        const entries = (await board.rangeByScore(min, max, options)) as object[];
        return reverse === true ? entries.reverse() : entries;
      },
    }),
  ),
  mutant(
    'members are removed by name, by rank and by score',
    'includes every bound',
    'getSortedSet',
    (board) => ({
      removeByScore: (min: number | { exclusive: number }, max: unknown) =>
        board.removeByScore(typeof min === 'number' ? min : min.exclusive, max),
    }),
  ),
  mutant('a score is written under a condition', 'ignores the condition', 'getSortedSet', (board) => ({
    add: (member: unknown, score: number) => board.add(member, score),
  })),
  mutant(
    'scores are exact, with both infinities and without NaN',
    'keeps scores of 32 bits',
    'getSortedSet',
    (board) => ({
      score: async (member: unknown) => {
        const score = (await board.score(member)) as number | undefined;
        return score === undefined ? score : Math.fround(score);
      },
    }),
  ),
  mutant(
    'a sorted set has its life from the step that creates it',
    'forgets the life',
    'getSortedSet',
    (board) => ({
      incrementScore: (member: unknown, by: unknown) => board.incrementScore(member, by),
    }),
  ),
  mutant(
    '`entries` reports every member of a large sorted set',
    'ends after the first page',
    'getSortedSet',
    (board) => ({
      entries: async function* () {
        let left = 512;
        for await (const entry of board.entries()) {
          if (left-- === 0) return;
          yield entry;
        }
      },
    }),
  ),
];
