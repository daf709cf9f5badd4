import { basename } from 'node:path';
import ts from 'typescript';
import { importsOf, lineOf, type SourceTree, syntaxOf, walk } from './source-tree.js';

/** Where a file stands; imports run from a higher number to a lower one, or stay in the folder. */
const INTERFACES = 0;
const FOUNDATION = new Set(['options', 'clock', 'logger']);
const CONNECTION = new Set(['redis']);
const AROUND = new Set(['decorators', 'adapters', 'metrics']);
const SITE = new Set(['site']);

/** Packages that are imported, and the folders that may have them at run time; types of inversify are free. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  zod: ['src/'],
  inversify: ['src/implements/site/'],
  'js-yaml': ['src/implements/site/'],
  redis: ['src/implements/redis/'],
};

/** Loaded when a declaration needs them, and not before. */
const LAZY = new Set(['redis']);
const BANNED_WORDS = new Set(['impl', 'manager', 'helper', 'util', 'utils', 'base', 'abstract', 'common']);
const CLOCK = 'src/implements/clock/';
const MAX_LINES = 400;

/** Breaches that are meant, and why; one that is gone must go from here too. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/implements/redis/slot.ts is state of a module: a component holds its own':
    'a table of constants, made when it is first needed',
  'src/implements/redis/link/driver.ts is state of a module: a component holds its own':
    'a package that is loaded once and for all, as by import',
  'src/interfaces/typed-cache.ts asks for the date: time comes from IClock':
    'the type of a key that is a date, not the time',
  'src/implements/typed-cache/wire/special-value.ts asks for the date: time comes from IClock':
    'a date that was stored becomes a Date again; none is made without its milliseconds',
};

/** Every breach of the rules of the house below `src/`, one line each: `path:line what`. */
export function breaches(tree: SourceTree): string[] {
  const found: string[] = [];
  for (const [path, text] of tree) {
    const source = syntaxOf(path, text);
    found.push(...importBreaches(source, tree), ...nameBreaches(source), ...effectBreaches(source));
    const lines = text.trimEnd().split('\n').length;
    if (lines > MAX_LINES) found.push(`${path}: ${lines} lines; ${MAX_LINES} is the most`);
  }
  return [...found, ...cycles(tree)];
}

function importBreaches(source: ts.SourceFile, tree: SourceTree): string[] {
  const path = source.fileName;
  const found: string[] = [];
  for (const { specifier, target, line, typeOnly, dynamic, reexport } of importsOf(source)) {
    const refuse = (why: string): void => void found.push(`${path}:${line} imports ${specifier}: ${why}`);
    if (specifier.startsWith('.')) {
      if (!tree.has(target)) refuse('no such file');
      else if (!mayImport(path, target)) refuse('imports run the other way');
      if (reexport && path !== 'src/index.ts') refuse('only src/index.ts re-exports');
      continue;
    }
    if (specifier.startsWith('node:') || (target === 'inversify' && typeOnly)) continue;
    const homes = PACKAGES[target];
    if (homes === undefined) refuse('this package is not one of ours');
    else if (!homes.some((home) => path.startsWith(home))) refuse(`only ${homes.join(', ')} may`);
    else if (LAZY.has(target) && !dynamic) refuse('it is loaded by import() when it is needed');
  }
  return found;
}

function mayImport(from: string, to: string): boolean {
  return folderOf(from) === folderOf(to) || levelOf(to) < levelOf(from);
}

/** The folder that is one thing: `src/interfaces`, or a concern with all that is below it. */
function folderOf(path: string): string {
  return /^src\/(?:implements\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? path;
}

function levelOf(path: string): number {
  if (path.startsWith('src/interfaces/')) return INTERFACES;
  const concern = /^src\/implements\/([^/]+)\//.exec(path)?.[1];
  if (concern === undefined || concern === 'cli') return 6;
  if (FOUNDATION.has(concern)) return 1;
  if (CONNECTION.has(concern)) return 2;
  if (AROUND.has(concern)) return 4;
  return SITE.has(concern) ? 5 : 3;
}

function nameBreaches(source: ts.SourceFile): string[] {
  const path = source.fileName;
  const found: string[] = [];
  const file = basename(path, '.ts');
  if (!/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/.test(file)) found.push(`${path}: file names are kebab-case`);
  for (const word of path.replace(/\.ts$/, '').split(/[/-]/)) {
    if (BANNED_WORDS.has(word)) found.push(`${path}: "${word}" says nothing`);
  }
  walk(source, (node) => {
    if (!ts.isClassLike(node) && !ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)) return;
    const name = node.name?.text ?? '';
    for (const word of name.split(/(?=[A-Z])/)) {
      if (!BANNED_WORDS.has(word.toLowerCase())) continue;
      found.push(`${path}:${lineOf(node)} ${name}: "${word}" says nothing`);
    }
  });
  return found;
}

/** What reaches for the world past its port: the console, clocks, timers, chance; and state of a module. */
function effectBreaches(source: ts.SourceFile): string[] {
  const path = source.fileName;
  const found: string[] = [];
  const refuse = (node: ts.Node, what: string): void => void found.push(`${path}:${lineOf(node)} ${what}`);
  const isClock = path.startsWith(CLOCK);
  walk(source, (node) => {
    if (!ts.isIdentifier(node) || isNameOfMember(node)) return;
    const name = node.text;
    if (name === 'console') refuse(node, 'writes to the console: log through ILoggerSite');
    if (name === 'Date') refuse(node, 'asks for the date: time comes from IClock');
    if (name === 'Math' && memberOf(node) === 'random') refuse(node, 'uses Math.random: use node:crypto');
    if (isClock) return;
    if (name === 'performance') refuse(node, 'reads a clock: time comes from IClock');
    if (/^set(?:Timeout|Interval)$/.test(name)) refuse(node, 'sets a timer: use IClock.schedule');
    if (name === 'AbortSignal' && memberOf(node) === 'timeout')
      refuse(node, 'sets a timer: use IClock.schedule');
  });
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement) && !(statement.declarationList.flags & ts.NodeFlags.Const)) {
      refuse(statement, 'is state of a module: a component holds its own');
    }
  }
  return found;
}

/** `x.console` and `{ console: … }` are no use of the global. */
function isNameOfMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node;
}

function memberOf(node: ts.Identifier): string | undefined {
  return ts.isPropertyAccessExpression(node.parent) ? node.parent.name.text : undefined;
}

/** Each cycle of imports once, as the path along it. Types count too, but among ports, which may name each other. */
function cycles(tree: SourceTree): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`${[...trail.slice(start), path].join(' -> ')}: a cycle`);
    if (start >= 0 || done.has(path)) return;
    const text = tree.get(path);
    const imports = text === undefined ? [] : importsOf(syntaxOf(path, text));
    for (const { target, typeOnly } of imports) {
      const amongPorts = typeOnly && levelOf(path) === INTERFACES && levelOf(target) === INTERFACES;
      if (tree.has(target) && !amongPorts) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
}
