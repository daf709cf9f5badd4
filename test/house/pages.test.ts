import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { linksOf } from './markdown.js';
import { brokenReferences } from './references.js';
import { ROOT } from './source-tree.js';

const MOST_BYTES = 7_000;
const WINGS = [
  'foundation',
  'redis',
  'cache',
  'typed-cache',
  'coordination',
  'data',
  'recipes',
  'operations',
  'decorators',
  'site',
  'cli',
  'tests-and-house',
];
const DECISIONS = 'docs/decisions';
const IMPLEMENTS = 'src/implements';
const SUPPORT = 'test/support';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('pages for contributors', () => {
  it('CONTRIBUTING.md has at most 7 KB', () => {
    assert.ok(Buffer.byteLength(read('CONTRIBUTING.md')) <= MOST_BYTES);
  });

  it('CONTRIBUTING.md links to the decisions of every wing', () => {
    const links = linksOf(read('CONTRIBUTING.md'));
    const missing = WINGS.filter((wing) => !links.includes(`${DECISIONS}/${wing}.md`));
    assert.deepEqual(missing, []);
  });

  it('CONTRIBUTING.md draws the folders of every wing as they are', () => {
    const folders = foldersOf(IMPLEMENTS).map((wing) => `${IMPLEMENTS}/${wing}`);
    const real = new Map([...folders, SUPPORT].map((folder) => [folder, foldersOf(folder)]));
    assert.deepEqual(misdrawn(read('CONTRIBUTING.md'), real), []);
  });

  it('the folder of decisions holds one page for each wing', () => {
    assert.deepEqual(readdirSync(join(ROOT, DECISIONS)).sort(), WINGS.map((wing) => `${wing}.md`).sort());
  });

  it.each(WINGS)('every decision of %s has a date, and the newest come first', (wing) => {
    assert.deepEqual(disorder(read(`${DECISIONS}/${wing}.md`)), []);
  });

  it.each([
    ['a script that does not exist', 'Run `npm run bild`.', ['npm run bild']],
    ['a file that does not exist', '[here](nowhere.md)', ['nowhere.md']],
    ['a heading that does not exist', '# Here\n[there](#there)', ['#there']],
    ['a heading that another page lacks', '[there](CHANGELOG.md#there)', ['CHANGELOG.md#there']],
  ])('the checker of pages finds %s', (_what, text, found) => {
    assert.deepEqual(brokenReferences('CONTRIBUTING.md', text), found);
  });

  it('the checker of pages finds nothing in a page whose references all exist', () => {
    const text =
      '# A new page\n`npm test`, `npm run build`: [a](#a-new-page), [b](LICENSE), [c](https://a.example)';
    assert.deepEqual(brokenReferences('CONTRIBUTING.md', text), []);
    assert.deepEqual(brokenReferences(`${DECISIONS}/site.md`, '[a](../../CONTRIBUTING.md#decisions)'), []);
  });

  it('the checker of the drawing finds folders that are not drawn, and drawn ones that do not exist', () => {
    const real = new Map([
      ['src/implements/cache', ['memory', 'redis']],
      ['test/support', ['time']],
    ]);
    const drawing = (cache: string, support: string) =>
      `\`\`\`\nsrc/implements/  how\n  cache/  ${cache}\ntest/support/  ${support}\n\`\`\``;
    assert.deepEqual(misdrawn(drawing('redis memory: where values live', 'time'), real), []);
    assert.deepEqual(misdrawn(drawing('memory', 'time logs'), real), [
      'src/implements/cache: expected memory redis, got memory',
      'test/support: expected time, got logs time',
    ]);
    assert.deepEqual(misdrawn('```\ntest/support/  time\n```', real), [
      'src/implements/cache: expected memory redis, got nothing',
    ]);
  });

  it('the checker of decisions finds one without a date, one out of order, and one written twice', () => {
    const newest = '- 2026-11-26 The newest.';
    assert.deepEqual(disorder(`${newest}\n- 2026-11-22 Older.\n  Its second paragraph.`), []);
    assert.deepEqual(disorder(`- Undated.\n${newest}`), ['- Undated.']);
    assert.deepEqual(disorder(`- 2026-11-22 Older.\n${newest}`), [newest]);
    assert.deepEqual(disorder(`${newest}\n${newest}`), [newest]);
  });
});

function foldersOf(path: string): string[] {
  const entries = readdirSync(join(ROOT, path), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** Folders whose line in the drawing differs from their contents; text after a colon is free. */
function misdrawn(text: string, real: ReadonlyMap<string, readonly string[]>): string[] {
  const drawn = new Map<string, string>();
  for (const [, indent, folder = '', names = ''] of text.matchAll(/^( {2})?([\w/-]+)\/ +([\w -]+)/gm)) {
    drawn.set(indent === undefined ? folder : `${IMPLEMENTS}/${folder}`, words(names.split(' ')));
  }
  return [...real].flatMap(([folder, names]) => {
    const got = drawn.get(folder) ?? 'nothing';
    return got === words(names) ? [] : [`${folder}: expected ${words(names)}, got ${got}`];
  });
}

function words(names: readonly string[]): string {
  return names
    .filter((name) => name !== '')
    .toSorted()
    .join(' ');
}

/** Entries of a page of decisions without a date, newer than the one above, or written twice. */
function disorder(text: string): string[] {
  const entries = text.split('\n').filter((line) => line.startsWith('- '));
  const dateOf = (entry: string | undefined): string =>
    /^- (\d{4}-\d{2}-\d{2}) /.exec(entry ?? '')?.[1] ?? '';
  return entries.filter((entry, index) => {
    const above = index === 0 ? '9999-12-31' : dateOf(entries[index - 1]);
    return dateOf(entry) === '' || (above !== '' && dateOf(entry) > above) || entries.indexOf(entry) < index;
  });
}
