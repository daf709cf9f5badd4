import ts from 'typescript';
import { lineOf, type SourceTree, syntaxOf, walk } from './source-tree.js';

/** First words of half a sentence: relative pronouns, question words, conjunctions and prepositions. */
const OPENINGS = new Set(
  `that which what when where who whose whom whoever whatever whether why how however and or but if then also
   though although because since as by of in with without from for to at on after before until behind`.split(
    /\s+/,
  ),
);
/** Verbs whose subject would be in the title above; nouns of the same form, such as `reads`, are left out. */
const VERBS = new Set(
  `is are was were has have had does do did can cannot may might must will would shall should never not
   accepts adds allows announces answers asks binds builds catches chooses closes comes cuts delays ends expires
   fails finds follows frees gets gives goes grows holds ignores keeps knows lets lists loses makes merges moves
   names needs opens passes pins points puts refuses registers rejects removes replaces requires returns runs
   says sees sends serves shows signs speaks splits starts stays stops stores survives takes tells treats trusts
   turns uses waits writes`.split(/\s+/),
);
const MIN_WORDS = 3;

/** A title as in the source, with `${…}` and `%s` unresolved. */
interface Title {
  readonly kind: 'describe' | 'test' | 'law';
  readonly text: string;
  readonly node: ts.Node;
}

/** Titles that are no sentences of their own, and tests that share a title. */
export function titleBreaches(tree: SourceTree): string[] {
  const found: string[] = [];
  const places = new Map<string, string>();
  for (const [path, text] of tree) {
    for (const title of titlesOf(syntaxOf(path, text))) {
      const at = `${path}:${lineOf(title.node)}`;
      const fault = faultOf(title);
      if (fault !== undefined) found.push(`${at} "${title.text}": ${fault}`);
      if (title.kind !== 'test') continue;
      const other = places.get(title.text);
      if (other === undefined) places.set(title.text, at);
      else found.push(`${at} "${title.text}": ${other} has this title too`);
    }
  }
  return found;
}

function faultOf({ kind, text }: Title): string | undefined {
  const words = text.split(/\s+/);
  const [first = ''] = words;
  if (OPENINGS.has(first.toLowerCase())) return `a title does not begin with "${first}"`;
  if (VERBS.has(first)) return 'a title has its subject';
  if (kind === 'describe') return /\bthat$/.test(text) ? 'a describe is a noun' : undefined;
  return words.length < MIN_WORDS ? 'a title is a whole sentence' : undefined;
}

function titlesOf(source: ts.SourceFile): Title[] {
  if (!source.fileName.startsWith('test/')) return [];
  const isLaws = /\.laws\.ts$/.test(source.fileName);
  const found: Title[] = [];
  walk(source, (node) => {
    const title = ts.isCallExpression(node) ? titleOf(node, isLaws) : undefined;
    if (title !== undefined) found.push(title);
  });
  return found;
}

function titleOf(call: ts.CallExpression, isLaws: boolean): Title | undefined {
  const callee = call.expression.getText();
  const runner = /^(describe|it|test)(?:\.(?:skip|concurrent))?$/.exec(runnerOf(call.expression) ?? '')?.[1];
  if (runner !== undefined) {
    const kind = runner === 'describe' ? 'describe' : 'test';
    return asTitle(kind, call.arguments[0]);
  }
  if (!isLaws || !/^law(?:Of)?$/.test(callee)) return undefined;
  return asTitle('law', call.arguments[callee === 'law' ? 0 : 1]);
}

/** `it` of `it(…)` and of `it.each(…)(…)`; the table of `it.each(…)` itself is no title. */
function runnerOf(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee))
    return callee.name.text === 'each' ? undefined : callee.getText();
  const table = ts.isCallExpression(callee)
    ? callee.expression
    : ts.isTaggedTemplateExpression(callee)
      ? callee.tag
      : undefined;
  return table && ts.isPropertyAccessExpression(table) ? table.expression.getText() : undefined;
}

function asTitle(kind: Title['kind'], node: ts.Expression | undefined): Title | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return { kind, text: node.text, node };
  // An interpolated value counts as one word.
  if (!ts.isTemplateExpression(node)) return undefined;
  return {
    kind,
    text: node
      .getText()
      .slice(1, -1)
      .replaceAll(/\$\{[^}]*\}/g, '…'),
    node,
  };
}
