import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { anchorsOf, linksOf } from './markdown.js';
import { ROOT } from './source-tree.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Scripts of npm, files and headings that a page names and that do not exist. */
export function brokenReferences(page: string, text: string): string[] {
  const named = [...text.matchAll(/npm (?:run (?:-s )?([\w:-]+)|(test)\b)/g)];
  const noScripts = named.filter(([, script, test]) => scripts[script ?? test ?? ''] === undefined);
  return [
    ...noScripts.map(([whole]) => whole),
    ...linksOf(text).filter((link) => !leadsSomewhere(page, text, link)),
  ];
}

function leadsSomewhere(page: string, text: string, link: string): boolean {
  if (link.startsWith('https:')) return true;
  const [file = '', heading] = link.split('#');
  const target = posix.join(posix.dirname(page), file);
  if (file !== '' && !existsSync(join(ROOT, target))) return false;
  return heading === undefined || anchorsOf(file === '' ? text : read(target)).has(heading);
}
