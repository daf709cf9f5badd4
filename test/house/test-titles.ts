import ts from 'typescript';
import { analyticsLaws } from '../contract/analytics/analytics.contract.js';
import { cacheLaws } from '../contract/cache/cache.contract.js';
import { failureLaws } from '../contract/cache-failure/cache-failure.contract.js';
import { collectionLaws } from '../contract/collections/collections.contract.js';
import { decoratorLaws } from '../contract/decorators/decorators.contract.js';
import { fencedLaws } from '../contract/fenced-store/fenced-store.contract.js';
import { keyValueLaws } from '../contract/key-value/key-value.contract.js';
import { llmCacheLaws } from '../contract/llm-cache/llm-cache.contract.js';
import { mutexLaws } from '../contract/mutex/mutex.contract.js';
import { pubSubLaws } from '../contract/pub-sub/pub-sub.contract.js';
import { queueLaws } from '../contract/queue/queue.contract.js';
import { limiterLaws } from '../contract/rate-limiter/rate-limiter.contract.js';
import { connectionLaws } from '../contract/redis-connection/redis-connection.contract.js';
import { sessionStoreLaws } from '../contract/session-store/session-store.contract.js';
import { statisticsLaws } from '../contract/statistics/statistics.contract.js';
import { typedLaws } from '../contract/typed-cache/typed-cache.contract.js';
import { readTree, syntaxOf } from './source-tree.js';

/** Separator between the titles of nested `describe` blocks and the title of the test. */
const INSIDE = ' > ';

let all: ReadonlyMap<string, number> | undefined;

/**
 * Whole titles of all laws and tests, and how often each occurs: a law by its sentence, a test by its `describe` chain
 * and its own title, each as the source writes it (`%s` and `${…}` included). Read once: it parses every test file.
 */
export function allTitles(): ReadonlyMap<string, number> {
  all ??= counted([
    ...[
      ...cacheLaws,
      ...fencedLaws,
      ...typedLaws,
      ...connectionLaws,
      ...failureLaws,
      ...keyValueLaws,
      ...llmCacheLaws,
      ...mutexLaws,
      ...collectionLaws,
      ...limiterLaws,
      ...pubSubLaws,
      ...queueLaws,
      ...sessionStoreLaws,
      ...analyticsLaws,
      ...decoratorLaws,
      ...statisticsLaws,
    ].map(({ title }) => title),
    ...[...readTree('test')].flatMap(([path, text]) => titlesIn(syntaxOf(path, text))),
  ]);
  return all;
}

function counted(titles: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const title of titles) counts.set(title, (counts.get(title) ?? 0) + 1);
  return counts;
}

/** Whole titles of the tests in one file. */
function titlesIn(source: ts.SourceFile): string[] {
  const titles: string[] = [];
  collect(source, [], titles);
  return titles;
}

function collect(node: ts.Node, chain: readonly string[], titles: string[]): void {
  const block = titledBlock(node);
  if (block === undefined) {
    ts.forEachChild(node, (child) => collect(child, chain, titles));
    return;
  }
  const inner = [...chain, block.title];
  if (block.runner === 'it') titles.push(inner.join(INSIDE));
  else for (const part of block.body) ts.forEachChild(part, (child) => collect(child, inner, titles));
}

interface TitledBlock {
  readonly runner: 'describe' | 'it';
  readonly title: string;
  readonly body: readonly ts.Node[];
}

/** Parts of `it('…', …)`, `describe('…', …)` and their `.each(…)('…', …)`; `undefined` for any other node. */
function titledBlock(node: ts.Node): TitledBlock | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const runner = /^(describe|it)\b/.exec(node.expression.getText())?.[1] as 'describe' | 'it' | undefined;
  const [title, ...body] = node.arguments;
  if (runner === undefined || title === undefined) return undefined;
  if (ts.isStringLiteralLike(title)) return { runner, title: title.text, body };
  return ts.isTemplateExpression(title) ? { runner, title: title.getText().slice(1, -1), body } : undefined;
}
