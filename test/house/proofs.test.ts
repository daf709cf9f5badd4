import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { type ProofBook, proofProblems } from './proof-checks.js';
import { LEAST, NO_PROMISES, PROOFS } from './proofs.js';
import { WRITTEN_PAGES } from './readme.js';
import { ROOT } from './source-tree.js';
import { allTitles } from './test-titles.js';

it('every promise of README and docs names the tests that prove it', { timeout: 60_000 }, () => {
  const pages = new Map(WRITTEN_PAGES.map((page) => [page, readFileSync(join(ROOT, page), 'utf8')]));
  const problems = proofProblems({
    pages,
    proofs: PROOFS,
    noPromises: NO_PROMISES,
    least: LEAST,
    titles: allTitles(),
  });
  if (problems.length > 0) assert.fail(problems.join('\n')); // All of them: a diff would be cut.
});

describe('proofs of pages', () => {
  const page = `# Page

> **TL;DR** It never waits.

A value is \`always\` small. Nothing
is sent twice.

- Every key is literal.

| call | answer |
| --- | --- |
| \`get\` | at most one value |

\`\`\`sh
never mind
\`\`\`
`;
  const sound: ProofBook = {
    pages: new Map([['a.md', page]]),
    proofs: {
      'a.md': [
        ['It never waits.', 'a cache > never waits'],
        ['Nothing is sent twice.', 'a law'],
        ['at most one value', 'a law', 'a cache > never waits'],
      ],
    },
    noPromises: { 'a.md': [['Every key is literal.', 'the definition of a key']] },
    least: {},
    titles: new Map([
      ['a law', 1],
      ['a cache > never waits', 1],
      ['a cache > twice', 2],
    ]),
  };
  const [first, ...others] = sound.proofs['a.md'] ?? [];
  const withProofs = (...rows: readonly (readonly [string, ...string[]])[]): ProofBook => ({
    ...sound,
    proofs: { 'a.md': rows },
  });
  assert.ok(first);

  it('the checker of proofs finds nothing where every promise has its proof', () => {
    assert.deepEqual(proofProblems(sound), []);
  });

  it.each([
    [
      'a promise without a proof',
      withProofs(...others, ['is sent', 'a law']),
      /promise without a proof: .*never waits/,
    ],
    [
      'a promise without a proof in a table',
      withProofs(...others.slice(0, 1), ['It never waits.', 'a law'], ['small', 'a law']),
      /promise without a proof: \| `get`/,
    ],
    [
      'a sentence that the page does not have',
      withProofs(...(sound.proofs['a.md'] ?? []), ['It never sleeps.', 'a law']),
      /no such sentence: It never sleeps/,
    ],
    [
      'code in place of a sentence',
      withProofs(...(sound.proofs['a.md'] ?? []), ['never mind', 'a law']),
      /no such sentence: never mind/,
    ],
    [
      'a title that no test has',
      withProofs(...(sound.proofs['a.md'] ?? []), ['small', 'another law']),
      /no test with the title: another law/,
    ],
    [
      'half of a title',
      withProofs(...(sound.proofs['a.md'] ?? []), ['small', 'never waits']),
      /no test with the title: never waits/,
    ],
    [
      'a title that two tests have',
      withProofs(...(sound.proofs['a.md'] ?? []), ['small', 'a cache > twice']),
      /2 tests with the title: a cache > twice/,
    ],
    [
      'a row without a title',
      withProofs(...(sound.proofs['a.md'] ?? []), ['small']),
      /no proof named: small/,
    ],
    ['a page with too few proofs', { ...sound, least: { 'a.md': 4 } }, /at least 4 proofs, got 3/],
    ['a page without proofs', { ...sound, proofs: {} }, /at least 3 proofs, got 0/],
    [
      'proofs of a page that is gone',
      { ...sound, proofs: { ...sound.proofs, 'b.md': [] } },
      /b\.md: no such page/,
    ],
    [
      'an excuse that is not needed',
      {
        ...sound,
        noPromises: {
          'a.md': [
            ['Every key is literal.', 'x'],
            ['A value is', 'x'],
          ],
        },
      },
      /sounds like no promise: A value is/,
    ],
    [
      'an excuse without a reason',
      { ...sound, noPromises: { 'a.md': [['Every key is literal.', '']] } },
      /no proof named: Every key/,
    ],
  ] as [string, ProofBook, RegExp][])('the checker of proofs finds %s', (_breach, book, problem) => {
    assert.match(proofProblems(book).join('\n'), problem);
  });
});
