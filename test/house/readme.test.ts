import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namelessBlocks, pagesUnder, remake, strayBlocks, WRITTEN_PAGES } from './readme.js';
import { REFERENCE } from './reference.js';
import { brokenReferences } from './references.js';
import { ROOT } from './source-tree.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

it('README.md is at most 9 KB long', () => {
  assert.ok(Buffer.byteLength(read('README.md')) <= 9 * 1024);
});

describe('pages that people write', () => {
  it.each(WRITTEN_PAGES)(
    '%s shows code, answers and failures as their sources have them (npm run docs)',
    async (page) => {
      await expect(await remake(read(page))).toMatchFileSnapshot(join(ROOT, page));
    },
  );

  it.each(WRITTEN_PAGES)('%s shows no code that is not a region of a file that runs', (page) => {
    assert.deepEqual(strayBlocks(read(page)), []);
  });

  it.each(WRITTEN_PAGES)('%s shows the file name of each piece of code', (page) => {
    assert.deepEqual(namelessBlocks(read(page)), []);
  });

  it('a code block that no example has is found', () => {
    const block = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`;
    assert.deepEqual(strayBlocks(`Text.\n\n${block('const invented = 1;')}`), ['const invented = 1;']);
  });

  it('README.md has no hidden comment', () => {
    assert.doesNotMatch(read('README.md'), /<!--/);
  });

  it.each(WRITTEN_PAGES)('%s opens with a heading and, under docs, a summary', (page) => {
    const [heading = '', , summary = ''] = read(page).split('\n');
    assert.match(heading, /^# /);
    if (page.startsWith('docs/')) assert.match(summary, /^> \*\*TL;DR\*\*/);
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pagesUnder('docs')])(
    '%s names only scripts, files and headings that exist',
    (page) => {
      assert.deepEqual(brokenReferences(page, read(page)), []);
    },
  );
});

describe('pages that are made', () => {
  it.each(Object.entries(REFERENCE))('%s is made from its sources (npm run docs)', async (page, make) => {
    await expect(await make()).toMatchFileSnapshot(join(ROOT, page));
  });

  it.each(Object.entries(REFERENCE))('%s shows no regular expression in a cell', async (_page, make) => {
    const cells = (await make()).split('\n').filter((line) => line.startsWith('|'));
    assert.deepEqual(
      cells.filter((line) => /\^\[|\]\+\$/.test(line)),
      [],
    );
  });

  it('docs/reference holds every page that is made, and no other', () => {
    assert.deepEqual(pagesUnder('docs/reference'), Object.keys(REFERENCE).sort());
  });
});
