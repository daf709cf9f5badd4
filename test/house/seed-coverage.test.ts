import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { ROOT } from './source-tree.js';

const PAGE = 'docs/seed-coverage.md';

/** Number of capabilities in each group of the documents that the project started from. */
const GROUPS: Readonly<Record<string, number>> = {
  ...{ A: 18, B: 16, C: 11, D: 22, E: 5, F: 7, G: 4, H: 7, I: 3, J: 2, K: 4, L: 7, M: 8, N: 9 },
  ...{ O: 13, P: 12, Q: 8, R: 8, S: 8, T: 7, U: 10, V: 6, W: 12, X: 4 },
};

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('coverage of the seeds', () => {
  it('every capability of the seeds has one row, with its tests or with what is missing', () => {
    const expected = Object.entries(GROUPS).flatMap(([group, count]) => idsFrom(group, 1, count));
    assert.deepEqual(idsOf(read(PAGE)).toSorted(), expected.toSorted());
  });

  it('every test that the coverage of the seeds names is in the named file', () => {
    const page = read(PAGE);
    assert.deepEqual(missingTests(page, read), []);
    assert.equal(page.split('\n').filter(isUnproven).join('\n'), '');
  });

  it('the checker of coverage finds a title that its file lacks, also one that is part of another', () => {
    const page = "| A1 | one | `it is so` · `it's %s` (test/a.ts); `so` (test/b.ts) |";
    const sources = new Map([
      ['test/a.ts', "it(\n  'it is so',\n it(\"it's %s\", "],
      ['test/b.ts', "it('it is so', async"],
    ]);
    assert.deepEqual(
      missingTests(page, (path) => sources.get(path) ?? ''),
      ['A1: no test "so" in test/b.ts'],
    );
  });

  it('the checker of coverage reads ranges of ids, and finds a row that names no test', () => {
    const page = '| A1 | one | `a` (test/a.ts) |\n| B2–B3, C1 | later |\n| D4 | two | none |';
    assert.deepEqual(idsOf(page), ['A1', 'B2', 'B3', 'C1', 'D4']);
    assert.deepEqual(page.split('\n').filter(isUnproven), ['| D4 | two | none |']);
  });
});

/** Ids of the rows: one, or a list of ids and ranges. */
function idsOf(page: string): string[] {
  const cells = [...page.matchAll(/^\| ([A-X]\d[^|]*) \|/gm)].map(([, cell = '']) => cell);
  return cells
    .flatMap((cell) => cell.split(', '))
    .flatMap((part) => {
      const [, group = '', first, last = first] = /^([A-X])(\d+)(?:–[A-X](\d+))?$/.exec(part) ?? [];
      return idsFrom(group, Number(first), Number(last));
    });
}

function idsFrom(group: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${group}${first + index}`);
}

function isUnproven(line: string): boolean {
  return /^\| [A-X]\d+ \| [^|]+ \| [^|]+ \|$/.test(line) && !/`[^`]+` \(test\/[^)]+\)/.test(line);
}

/** Titles that are no whole first argument in the file that stands behind them. */
function missingTests(page: string, sourceOf: (path: string) => string): string[] {
  const missing: string[] = [];
  for (const [row, id = ''] of page.matchAll(/^\| ([A-X]\d+) \| [^|]+ \| [^|]+ \|$/gm)) {
    for (const [, titles = '', path = ''] of row.matchAll(/((?:`[^`]+`(?: · )?)+) \((test\/[^)]+)\)/g)) {
      const source = bare(sourceOf(path));
      for (const [, title = ''] of titles.matchAll(/`([^`]+)`/g)) {
        const isThere = [`( "${title}",`, `("${title}",`, `, "${title}",`].some((call) =>
          source.includes(call),
        );
        if (!isThere) missing.push(`${id}: no test "${title}" in ${path}`);
      }
    }
  }
  return missing;
}

/** Source on one line, with one kind of quotes and no backticks inside of them. */
function bare(source: string): string {
  return source
    .replaceAll(
      /'((?:[^'\\\n]|\\.)*)'(?=,)/g,
      (_, text: string) => `"${text.replaceAll("\\'", "'").replaceAll('`', '')}"`,
    )
    .replaceAll(/`([^`]*)`(?=,)/g, '"$1"')
    .replaceAll(/\s+/g, ' ');
}
