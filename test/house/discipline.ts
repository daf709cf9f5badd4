import ts from 'typescript';
import { importsOf, lineOf, type SourceTree, syntaxOf, walk } from './source-tree.js';
import { titleBreaches } from './titles.js';

const EVASIONS = new Set(['only', 'skip', 'todo', 'fails', 'skipIf', 'runIf']);
const RUNNERS = new Set(['it', 'test', 'describe']);
/** File that skips laws, with the reason in the title. */
const RUNNER_OF_LAWS = 'test/contract/law.ts';

/** Every breach of the rules of tests, one line each: `path:line what`. */
export function testBreaches(tree: SourceTree): string[] {
  const found = [...tree].flatMap(([path, text]) => {
    const source = syntaxOf(path, text);
    return [...evasions(source), ...sleeps(source), ...lawBreaches(source)];
  });
  return [...found, ...titleBreaches(tree)];
}

/** Tests that do not run, run alone, or run again until they pass. */
function evasions(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    const at = `${source.fileName}:${lineOf(node)}`;
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const [runner, how] = [node.expression.text, node.name.text];
      if (!RUNNERS.has(runner) || !EVASIONS.has(how) || source.fileName === RUNNER_OF_LAWS) return;
      found.push(`${at} ${runner}.${how}: every test runs`);
    }
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'retry' && !isOfTransaction(node)) {
      found.push(`${at} retry: a test that fails has failed`);
    }
  });
  return found;
}

/** `true` for an option of `IRedisConnection.transaction`, which is no test. */
function isOfTransaction({ parent: options }: ts.PropertyAssignment): boolean {
  const call = options.parent;
  return ts.isCallExpression(call) && /\.transaction$/.test(call.expression.getText());
}

/** Waits for a length of time. `test/support` has waits for a condition, and mutants are late on purpose. */
function sleeps(source: ts.SourceFile): string[] {
  if (/^test\/(?:support|mutants)\//.test(source.fileName)) return [];
  const found: string[] = [];
  for (const { specifier, names, line } of importsOf(source)) {
    if (specifier !== 'node:timers/promises' || !names.some((name) => name === 'setTimeout')) continue;
    found.push(`${source.fileName}:${line} a sleep: wait for a condition with eventually`);
  }
  walk(source, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'setTimeout') return;
    if (!/^(?:resolve|done)$|^\(\) => (?:void )?resolve\(\)$/.test(node.arguments[0]?.getText() ?? ''))
      return;
    found.push(`${source.fileName}:${lineOf(node)} a sleep: wait for a condition with eventually`);
  });
  return found;
}

/** Laws know ports, and neither an implementation nor a runner. */
function lawBreaches(source: ts.SourceFile): string[] {
  const path = source.fileName;
  if (!path.startsWith('test/contract/') || path.endsWith('.test.ts')) return [];
  return importsOf(source)
    .filter(
      ({ target }) =>
        target === 'vitest' || target.startsWith('src/implements/') || target === 'src/index.ts',
    )
    .map(({ line, specifier }) => `${path}:${line} imports ${specifier}: a law knows ports only`);
}
