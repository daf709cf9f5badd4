import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf } from './markdown.js';
import { pagesUnder, remake, WRITTEN_PAGES, written } from './readme.js';
import { REFERENCE } from './reference.js';
import { ROOT } from './source-tree.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

it('README.md is at most 9 KB long', () => {
  assert.ok(Buffer.byteLength(read('README.md')) <= 9 * 1024);
});

describe.each(WRITTEN_PAGES)('%s', (page) => {
  it('shows code, answers and failures as their sources have them (npm run docs)', async () => {
    await expect(await remake(read(page))).toMatchFileSnapshot(join(ROOT, page));
  });

  it('shows no code that is not a region of a file that runs', () => {
    const blocks = [...written(read(page)).matchAll(/^```(\w*)\n/gm)].map(([, language = '']) => language);
    const free = ['sh', 'text', ...(page === 'docs/wire-format.md' ? ['hex'] : [])]; // The hex has a test of its own.
    assert.deepEqual(
      blocks.filter((language, index) => index % 2 === 0 && !free.includes(language)),
      [],
    );
  });

  it('opens with one heading and, under docs, a summary', () => {
    const [heading = '', , summary = ''] = read(page).split('\n');
    assert.match(heading, /^# /);
    if (page.startsWith('docs/')) assert.match(summary, /^> \*\*TL;DR\*\*/);
  });
});

describe.each(Object.entries(REFERENCE))('%s', (page, make) => {
  it('is what its sources make (npm run docs)', async () => {
    await expect(await make()).toMatchFileSnapshot(join(ROOT, page));
  });

  it('shows no regular expression in a cell', async () => {
    const cells = (await make()).split('\n').filter((line) => line.startsWith('|'));
    assert.deepEqual(
      cells.filter((line) => /\^\[|\]\+\$/.test(line)),
      [],
    );
  });
});

it('docs/reference holds made pages only, and all of them', () => {
  assert.deepEqual(pagesUnder('docs/reference'), Object.keys(REFERENCE).sort());
});

describe.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pagesUnder('docs')])('%s', (page) => {
  it('names only scripts, files and headings that exist', () => {
    const text = read(page);
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
    const named = [...text.matchAll(/npm (?:run (\S+?)|(test))(?=[\s`,.;:)]|$)/gm)].map(
      ([, script, test]) => script ?? test ?? '',
    );
    const broken = linksOf(text).filter((link) => !leadsSomewhere(page, link));
    assert.deepEqual([...named.filter((name) => scripts[name] === undefined), ...broken], []);
  });
});

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https:/.test(link)) return true;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).has(anchor);
}
