import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { strayExamples, withoutExample } from './doc-examples.js';
import { readTree, type SourceTree } from './source-tree.js';

it('every @example in src is a region of an example program', () => {
  assert.deepEqual(strayExamples(readTree('src'), readTree('examples')), []);
});

it('every public class and injectable port has an @example', () => {
  assert.deepEqual(withoutExample(readTree('src')), []);
});

describe('examples in doc comments', () => {
  const port = (comment: string): SourceTree =>
    new Map([
      ['src/index.ts', "export { IPort } from './port.js';\nexport type { Data } from './port.js';\n"],
      [
        'src/port.ts',
        `/**\n * A port.\n${comment} */\nexport interface IPort {\n  /** Runs. */\n  run(): void;\n}\n` +
          'export const IPort = 1;\nexport interface Data {}\n',
      ],
    ]);
  const example = ' *\n * @example\n * ```ts\n * if (a) {\n *   b();\n * }\n * ```\n';
  const programs: SourceTree = new Map([
    ['examples/a.ts', '  // region a\n  if (a) {\n    b();\n  }\n  // endregion\n'],
  ]);

  it('the checker of doc examples finds nothing where the example is a region', () => {
    assert.deepEqual(strayExamples(port(example), programs), []);
    assert.deepEqual(withoutExample(port(example)), []);
  });

  it('the checker of doc examples finds an example that no program has', () => {
    assert.deepEqual(strayExamples(port(example.replace('b()', 'c()')), programs), ['src/port.ts IPort']);
  });

  it('the checker of doc examples finds a stray example of a member', () => {
    const sources = new Map([
      ['src/port.ts', port('').get('src/port.ts')?.replace(' Runs. ', `*\n${example} `) ?? ''],
    ]);
    assert.deepEqual(strayExamples(sources, new Map()), ['src/port.ts IPort.run']);
  });

  it('the checker of doc examples finds a public port without an example, and ignores data shapes', () => {
    assert.deepEqual(withoutExample(port('')), ['src/port.ts IPort']);
  });
});
