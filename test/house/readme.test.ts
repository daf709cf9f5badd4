import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { cacheLaws } from '../contract/cache/cache.contract.js';
import { fencedLaws } from '../contract/fenced-store/fenced-store.contract.js';
import { typedLaws } from '../contract/typed-cache/typed-cache.contract.js';
import { remake, written } from './readme.js';
import { ROOT, readTree, syntaxOf, walk } from './source-tree.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each(['README.md', 'docs/redis.md'])('%s', (page) => {
  it('shows the code, the options, the answers and the messages that there are (npm run docs)', async () => {
    await expect(await remake(read(page))).toMatchFileSnapshot(join(ROOT, page));
  });

  it('shows no code that is not a region of a file that runs', () => {
    const blocks = [...written(read(page)).matchAll(/^```(\w*)\n/gm)].map(([, language]) => language);
    assert.deepEqual(
      blocks.filter((language) => language !== 'sh' && language !== ''),
      [],
    );
  });

  it('names a test for what it promises', { timeout: 60_000 }, () => {
    const titles = allTitles();
    const proofs = [...read(page).matchAll(/<!-- proof: (.*?) -->/g)].map(([, title = '']) => title);
    assert.ok(proofs.length > 15);
    assert.deepEqual(
      proofs.filter((title) => !titles.has(title)),
      [],
    );
  });
});

describe.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/redis.md'])('%s', (page) => {
  it('names only scripts, files and headings that exist', () => {
    const text = read(page);
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
    const named = [...text.matchAll(/npm (?:run (\S+?)|(test))(?=[\s`,.;:)]|$)/gm)].map(
      ([, script, test]) => script ?? test,
    );
    assert.deepEqual(
      named.filter((name) => name === undefined || scripts[name] === undefined),
      [],
    );

    const headings = new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^https:/.test(link)) return false;
      return link.startsWith('#')
        ? !headings.has(link.slice(1))
        : !existsSync(join(ROOT, dirname(page), link));
    });
    assert.deepEqual(broken, []);
  });
});

/** As the usual renderers make it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

let titlesOfAll: ReadonlySet<string> | undefined;

/** Titles of all laws and tests; found once, for it means to read them all. */
function allTitles(): ReadonlySet<string> {
  titlesOfAll ??= new Set([
    ...[...cacheLaws, ...fencedLaws, ...typedLaws].map(({ title }) => title),
    ...[...readTree('test')].flatMap(([path, text]) => testTitles(syntaxOf(path, text))),
  ]);
  return titlesOfAll;
}

/** Titles of `it('…')` and `it.each(…)('…')`, as they are written. */
function testTitles(source: ts.SourceFile): string[] {
  const titles: string[] = [];
  walk(source, (node) => {
    if (!ts.isCallExpression(node) || !/^it\b/.test(node.expression.getText(source))) return;
    const [title] = node.arguments;
    if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
  });
  return titles;
}
