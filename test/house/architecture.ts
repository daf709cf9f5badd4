import { basename, dirname } from 'node:path';
import ts from 'typescript';
import { shapeBreaches } from './shapes.js';
import { importsOf, lineOf, type SourceTree, syntaxOf, walk } from './source-tree.js';

/** Wings by level, the doors above all; imports run from a higher level to a lower one, or stay in the wing. */
const WINGS: readonly (readonly string[])[] = [
  ['interfaces'],
  ['foundation'],
  ['redis'],
  ['cache', 'typed-cache', 'coordination', 'data', 'recipes', 'operations'],
  ['decorators', 'adapters'],
  ['site'],
  ['cli', 'console', 'testing'],
];
/** Wings whose folders are concerns: one never imports another, and shared code is at the root of the wing. */
const WINGS_OF_CONCERNS = new Set(['cache', 'coordination', 'data', 'recipes', 'operations', 'adapters']);
/** Wings that the site imports statically; a class of any other is imported when a declaration names it. */
const WINGS_OF_SITE = new Set(['interfaces', 'foundation', 'site']);

/** Packages that are imported, and the folders that may have them at run time; types of inversify are free. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  zod: ['src/'],
  inversify: ['src/implements/site/', 'src/implements/decorators/'],
  'js-yaml': ['src/implements/site/'],
  jsep: ['src/implements/site/'],
  redis: ['src/implements/redis/'],
  commander: ['src/implements/cli/'],
};

/** Loaded when a declaration needs them, and not before. */
const LAZY = new Set(['redis']);
const BANNED_WORDS = new Set(['impl', 'manager', 'helper', 'util', 'utils', 'base', 'abstract', 'common']);
const CLOCK = 'src/implements/foundation/clock/';
const MAX_LINES = 400;
const MAX_FILES = 12;

/** Breaches that are meant, and why; one that is gone must go from here too. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/adapters/redis-manager.ts: "manager" says nothing': 'the name that users of that API look for',
  'src/implements/redis/keys/slot.ts is state of a module: a component holds its own':
    'a table of constants, made when it is first needed',
  'src/implements/redis/driver/driver.ts is state of a module: a component holds its own':
    'a package that is loaded once and for all, as by import',
  'src/interfaces/typed-cache.ts asks for the date: time comes from IClock':
    'the type of a key that is a date, not the time',
  'src/interfaces/analytics.ts asks for the date: time comes from IClock':
    'the type of a moment of the calendar that a caller names, not the time',
  'src/implements/adapters/limits/rate-limit-store.ts asks for the date: time comes from IClock':
    'the type of a moment that express-rate-limit takes as a date, not the time',
  'src/interfaces/credentials-provider.ts asks for the date: time comes from IClock':
    'the type of a moment at which a token expires, not the time',
  'src/implements/foundation/clock/wall-time.ts asks for the date: time comes from IClock':
    'the expiry of a token is a date, and is compared with the time of day when the token is given',
  'src/implements/foundation/logger/console-logger-site.ts writes to the console: log through ILoggerSite':
    'the logger of an application that wants the console',
  'src/implements/foundation/codecs/values/special-value.ts asks for the date: time comes from IClock':
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
  return [...found, ...crowds(tree), ...cycles(tree), ...circlesOfFolders(tree), ...shapeBreaches(tree)];
}

function importBreaches(source: ts.SourceFile, tree: SourceTree): string[] {
  const path = source.fileName;
  const found: string[] = [];
  for (const { specifier, target, line, typeOnly, dynamic, reexport } of importsOf(source)) {
    const refuse = (why: string): void => void found.push(`${path}:${line} imports ${specifier}: ${why}`);
    if (specifier.startsWith('.')) {
      if (!tree.has(target)) refuse('no such file');
      else if (!mayImport(path, target)) refuse('imports run the other way');
      if (reexport && wingOf(path) !== '') refuse('only doors re-export');
      if (
        wingOf(path) === 'site' &&
        !dynamic &&
        !WINGS_OF_SITE.has(wingOf(target)) &&
        mayImport(path, target)
      )
        refuse('the site imports a class by import(), when a declaration names it');
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
  if (wingOf(from) !== wingOf(to)) return levelOf(to) < levelOf(from);
  if (!WINGS_OF_CONCERNS.has(wingOf(from))) return true;
  return concernOf(to) === '' || concernOf(from) === concernOf(to);
}

/** `interfaces`, a folder below `src/implements`, or `''` for a door. */
function wingOf(path: string): string {
  if (path.startsWith('src/adapters/')) return '';
  return /^src\/(?:implements\/)?([^/]+)\//.exec(path)?.[1] ?? '';
}

/** Folder of a file inside its wing; `''` at the root of the wing. */
function concernOf(path: string): string {
  return /^src\/implements\/[^/]+\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function levelOf(path: string): number {
  const level = WINGS.findIndex((wings) => wings.includes(wingOf(path)));
  return level < 0 ? WINGS.length : level;
}

/** Folders that are an index by noun: ports, and doors of adapters. */
const INDEXES = new Set(['src/interfaces', 'src/adapters']);

/** Folders with too many files; an index is exempt. */
function crowds(tree: SourceTree): string[] {
  const files = new Map<string, number>();
  for (const path of tree.keys()) files.set(dirname(path), (files.get(dirname(path)) ?? 0) + 1);
  return [...files]
    .filter(([folder, count]) => count > MAX_FILES && !INDEXES.has(folder))
    .map(([folder, count]) => `${folder}: ${count} files; ${MAX_FILES} is the most`);
}

/** Imports that make a circle of folders: files and folders in one folder must have an order. */
function circlesOfFolders(tree: SourceTree): string[] {
  const arrows = new Map<string, Map<string, string>>();
  for (const [path, text] of tree) {
    for (const { target } of importsOf(syntaxOf(path, text))) {
      if (!tree.has(target)) continue;
      const [from, to] = roomsOf(path, target);
      if (from === to) continue;
      const known = arrows.get(from) ?? new Map<string, string>();
      if (!known.has(to)) known.set(to, `${path} -> ${target}`);
      arrows.set(from, known);
    }
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (room: string, trail: readonly string[]): void => {
    const start = trail.indexOf(room);
    if (start >= 0) {
      const circle = [...trail.slice(start), room];
      const arrowOf = (from: string, index: number) => arrows.get(from)?.get(circle[index + 1] ?? '');
      // `cycles` reports cycles of files.
      if (circle.every((name) => name.endsWith('.ts'))) return;
      found.push(
        `${circle.join(' -> ')}: a circle of folders (${circle.slice(0, -1).map(arrowOf).join(', ')})`,
      );
    }
    if (start >= 0 || done.has(room)) return;
    for (const to of arrows.get(room)?.keys() ?? []) visit(to, [...trail, room]);
    done.add(room);
  };
  for (const room of arrows.keys()) visit(room, []);
  return found;
}

/** Files or folders at which two paths part, below the last folder that they share. */
function roomsOf(from: string, to: string): [from: string, to: string] {
  const [a, b] = [from.split('/'), to.split('/')];
  const parting = a.findIndex((part, index) => part !== b[index]);
  if (parting < 0) return [from, to];
  return [a.slice(0, parting + 1).join('/'), b.slice(0, parting + 1).join('/')];
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

/** Uses of the world that bypass its port (console, clocks, timers, randomness), and state of a module. */
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

/** Each cycle of imports once, as the path along it; imports of types count too. */
function cycles(tree: SourceTree): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`${[...trail.slice(start), path].join(' -> ')}: a cycle`);
    if (start >= 0 || done.has(path)) return;
    const text = tree.get(path);
    const imports = text === undefined ? [] : importsOf(syntaxOf(path, text));
    for (const { target } of imports) if (tree.has(target)) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
}
