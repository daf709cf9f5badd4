import type { DeclarationNode, MapPair, ScalarNode } from './node.js';
import { pathOf } from './node.js';
import type { Problems } from './problems.js';
import { suggestion } from './suggest.js';

/** Variables that `${env.NAME}` may read. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Part of a string: literal, or to be replaced. */
export type TextPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly default: string | undefined }
  | { readonly kind: 'malformed' };

const PIECE = /\$\$\{|\$\{env\.([A-Za-z_]\w*)(?::-((?:(?!\$\{)[^}])*))?\}|\$\{/g;
const SHAPE = `\${env.NAME} or \${env.NAME:-default}`;

/** Splits a string at its `${env.…}`; `$${` becomes a literal `${`. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const literal = (piece: string) => {
    const last = parts.at(-1);
    if (piece === '') return;
    if (last?.kind === 'literal') parts[parts.length - 1] = { kind: 'literal', text: last.text + piece };
    else parts.push({ kind: 'literal', text: piece });
  };
  for (const match of text.matchAll(PIECE)) {
    literal(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[0] === '$${') literal('${');
    else if (match[1] === undefined) parts.push({ kind: 'malformed' });
    else parts.push({ kind: 'variable', name: match[1], default: match[2] });
  }
  literal(text.slice(end));
  return parts;
}

/**
 * Replaces the `${env.…}` in the options of all declarations. Inserted values stay strings: they are neither parsed nor
 * interpolated again. `class` and `entries` are names and cannot use variables.
 */
export function interpolate(root: DeclarationNode, env: Variables, problems: Problems): DeclarationNode {
  if (root.kind !== 'list') return root;
  const items = root.items.map((item, index): DeclarationNode => {
    if (item.kind !== 'map') return item;
    const path = pathOf('', index);
    const pairs = item.pairs.map((pair): MapPair => {
      const isName = pair.key === 'class' || pair.key === 'entries';
      if (isName) refuseVariables(pair.value, pathOf(path, pair.key), problems);
      return isName
        ? pair
        : { ...pair, value: interpolateAll(pair.value, pathOf(path, pair.key), env, problems) };
    });
    return { ...item, pairs };
  });
  return { ...root, items };
}

/** Replaces the `${env.…}` in every value of a tree. */
export function interpolateAll(
  node: DeclarationNode,
  path: string,
  env: Variables,
  problems: Problems,
): DeclarationNode {
  if (node.kind === 'scalar') return replaceScalar(node, path, env, problems);
  const replace = (part: DeclarationNode, step: string | number): DeclarationNode =>
    interpolateAll(part, pathOf(path, step), env, problems);
  if (node.kind === 'list') return { ...node, items: node.items.map(replace) };
  const pairs = node.pairs.map((pair): MapPair => ({ ...pair, value: replace(pair.value, pair.key) }));
  return { ...node, pairs };
}

function replaceScalar(node: ScalarNode, path: string, env: Variables, problems: Problems): ScalarNode {
  const written = node.value;
  if (typeof written !== 'string' || !written.includes('${')) return node;
  const variables: string[] = [];
  const parts = partsOf(written);
  const texts = parts.map((part): string => {
    if (part.kind === 'literal') return part.text;
    if (part.kind === 'malformed') {
      const message = `expected ${SHAPE}, got another form of \${`;
      problems.add({
        code: 'E_CONFIG_ENV',
        place: node.place,
        path,
        message,
        hint: 'write $${ for a literal ${; a default contains no other variable',
      });
      return '';
    }
    variables.push(part.name);
    const value = Object.hasOwn(env, part.name) ? env[part.name] : undefined;
    if (part.default !== undefined) return value === undefined || value === '' ? part.default : value;
    if (value === undefined) {
      problems.add({
        code: 'E_CONFIG_ENV',
        place: node.place,
        path,
        message: `environment variable ${part.name} is not set`,
        hint: suggestion(part.name, Object.keys(env)) ?? `set it, or write \${env.${part.name}:-default}`,
      });
    }
    return value ?? '';
  });
  const pieces = texts.map((text, index) => ({ text, isVariable: parts[index]?.kind === 'variable' }));
  return { ...node, value: texts.join(''), written, variables, pieces };
}

function refuseVariables(node: DeclarationNode, path: string, problems: Problems): void {
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) refuseVariables(item, pathOf(path, index), problems);
  } else if (node.kind === 'map') {
    for (const pair of node.pairs) refuseVariables(pair.value, pathOf(path, pair.key), problems);
  } else if (typeof node.value === 'string' && node.value.includes('${')) {
    problems.add({
      code: 'E_CONFIG_SCHEMA',
      place: node.place,
      path,
      message: 'expected a literal name, got one with ${',
      hint: 'class and entries cannot use environment variables',
    });
  }
}
