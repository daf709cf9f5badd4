import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { degradedRows, failureRows } from './failures.js';
import { table } from './markdown.js';
import { regionsOf } from './regions.js';
import { ROOT } from './source-tree.js';

/** A part of a page that is made, not written by hand: `<!-- kind:what -->` … `<!-- /kind -->`. */
const PART = /<!-- (\w+):(\S+) -->\n.*?<!-- \/\1 -->/gs;

/** First line of a declaration file, for editors only. */
const SCHEMA_LINE = /^# yaml-language-server.*\n/;

/** First line of a code block: the file that it is from. */
const CAPTION = /^(?:#|\/\/) [\w./-]+\.(?:yml|ts)\n/;

/** Makers of parts, by kind. */
const MAKERS: Readonly<Record<string, (what: string) => string | Promise<string>>> = {
  code: codeBlock,
  failures: async (what) =>
    what === 'degraded'
      ? table(['call', 'answer'], await degradedRows())
      : table(
          ['what happens', 'error', 'outcome'],
          (await failureRows()).map((row) => row.slice(0, 3)),
        ),
};

/** README and every page under docs that people write, by their paths from the root; see `REFERENCE` for the others. */
export const WRITTEN_PAGES: readonly string[] = [
  'README.md',
  ...pagesUnder('docs').filter((page) => !/^docs\/(?:reference|decisions)\//.test(page)),
];

/** Markdown files in a folder and below, by their paths from the root. */
export function pagesUnder(folder: string): string[] {
  return pathsUnder(folder, '.md');
}

function pathsUnder(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).split(/[\\/]/).join('/'))
    .sort();
}

/** A page whose made parts are up to date. */
export async function remake(page: string): Promise<string> {
  let result = '';
  let end = 0;
  for (const { 0: part, 1: kind = '', 2: what = '', index } of page.matchAll(PART)) {
    const make = MAKERS[kind];
    if (make === undefined) throw new Error(`nothing makes ${kind}:${what}`);
    result += `${page.slice(end, index)}<!-- ${kind}:${what} -->\n${await make(what)}<!-- /${kind} -->`;
    end = index + part.length;
  }
  return result + page.slice(end);
}

/** A page without its made parts: the text that people write. */
export function written(page: string): string {
  return page.replace(PART, '');
}

/** Code blocks of a page that are neither a region of an example nor a file of `config`, by their first lines. */
export function strayBlocks(page: string): string[] {
  const regions = pathsUnder('examples', '.ts').flatMap((path) => [...regionsOf(textOf(path)).values()]);
  const files = pathsUnder('config', '.yml').map((path) => textOf(path).replace(SCHEMA_LINE, '').trim());
  const known = new Set([...regions, ...files]);
  return [...written(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(
      ([, language = '', code = '']) =>
        !['sh', 'text', 'hex'].includes(language) && !known.has(code.replace(CAPTION, '').trim()),
    )
    .map(([, , code = '']) => code.split('\n')[0] ?? '');
}

/** Code blocks of a page, other than commands and text, that do not begin with the name of an existing file. */
export function namelessBlocks(page: string): string[] {
  const paths = new Set(['config', 'examples', 'test'].flatMap((folder) => pathsUnder(folder, '')));
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, language = '']) => !['sh', 'text', 'hex', 'json'].includes(language))
    .map(([, , code = '']) => code.split('\n')[0] ?? '')
    .filter((first) => !paths.has(first.replace(/^(?:#|\/\/) /, '')));
}

/** A file, or the region of it named after `#`, as a code block. */
function codeBlock(what: string): string {
  const [path = '', region] = what.split('#');
  const text = textOf(path);
  const code = region === undefined ? text.replace(SCHEMA_LINE, '') : regionsOf(text).get(region);
  if (code === undefined) throw new Error(`there is no region ${what}`);
  const language = region?.endsWith('-yaml') ? 'yaml' : (path.split('.').at(-1) ?? '').replace('yml', 'yaml');
  const sign = language === 'yaml' ? '#' : '//';
  return `\`\`\`${language}\n${sign} ${path}\n${code.trimEnd()}\n\`\`\`\n`;
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
