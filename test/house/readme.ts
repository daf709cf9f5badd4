import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { CATALOGUE } from '../../src/implements/site/catalogue.js';
import { cacheRules, leastPrivilege } from '../support/redis/stage/least-privilege.js';
import { BAD_CALLS, BAD_DECLARATIONS, type BadInput } from './bad-input.js';
import { degradedRows, failureRows } from './failures.js';
import { optionTable } from './option-table.js';
import { ROOT } from './source-tree.js';

/** A part of a page that is made, not written: `<!-- kind:what -->` … `<!-- /kind -->`. */
const PART = /<!-- (\w+):(\S+) -->\n.*?<!-- \/\1 -->/gs;

/** What makes the parts of a kind. */
const MAKERS: Readonly<Record<string, (what: string) => string | Promise<string>>> = {
  code: codeBlock,
  options: async (what) => {
    // `A/B`: those of A that B does not have.
    const [name = '', other] = what.split('/');
    return optionTable(await schemaOf(name), other === undefined ? undefined : await schemaOf(other));
  },
  rules: (prefix) =>
    table(
      ['who', 'rules'],
      [
        ['a cache (`ICache`)', rule(cacheRules(prefix))],
        ['everything here', rule(leastPrivilege(prefix))],
        ['the same, behind Sentinels', rule(leastPrivilege(prefix, 'sentinel'))],
        ['the same, on a cluster', rule(leastPrivilege(prefix, 'cluster'))],
      ],
    ),
  bad: async (what) =>
    table(['you write', 'you get', ''], await badRows(what === 'calls' ? BAD_CALLS : BAD_DECLARATIONS)),
  failures: async (what) =>
    what === 'degraded'
      ? table(['call', 'answer'], await degradedRows())
      : table(['what happens', 'error', 'outcome', 'message'], await failureRows()),
};

/** A page with every part made anew. */
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

/** A page without its made parts: what somebody wrote. */
export function written(page: string): string {
  return page.replace(PART, '');
}

/** A file, or the region of it that stands behind `#`, as a code block. */
function codeBlock(what: string): string {
  const [path = '', region] = what.split('#');
  const text = readFileSync(join(ROOT, path), 'utf8');
  const code =
    region === undefined ? text.replace(/^# yaml-language-server.*\n/, '') : regionOf(text, region, what);
  const language = region?.endsWith('-yaml') ? 'yaml' : (path.split('.').at(-1) ?? '').replace('yml', 'yaml');
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\`\n`;
}

function rule(rules: string): string {
  return `\`${rules}\``;
}

async function schemaOf(name: string): Promise<z.ZodType> {
  const load = CATALOGUE.get(name);
  if (load === undefined) throw new Error(`there is no class ${name}`);
  return (await load()).component.options;
}

/** The lines between `region name` and `endregion` behind a comment sign. */
function regionOf(text: string, name: string, what: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^\s*(?:\/\/|#) region (.*)$/.exec(line)?.[1] === name);
  const length = lines.slice(start + 1).findIndex((line) => /^\s*(?:\/\/|#) endregion$/.test(line));
  if (start < 0 || length < 0) throw new Error(`there is no region ${what}`);
  const region = lines.slice(start + 1, start + 1 + length);
  const indent = Math.min(...region.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return region.map((line) => line.slice(indent)).join('\n');
}

async function badRows(inputs: readonly BadInput[]): Promise<string[][]> {
  return Promise.all(
    inputs.map(async ({ shown, outcome }) => {
      const { code, message } = await outcome();
      return [shown, code, message];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, head.map(() => '---'), ...rows];
  return cells.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('');
}
