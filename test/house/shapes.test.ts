import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { questionComments, shapeBreaches } from './shapes.js';
import { readTree } from './source-tree.js';

const FIVE = 'clock: IClock; logger: ILoggerSite; key: Keys; store: Store; cache: ICache;';
const CLASSES = 'export class Keys {} export class Store {} export class Lock {}';

/** Breaches of a file next to some classes. */
function plant(text: string, path = 'src/implements/cache/a.ts'): string[] {
  return shapeBreaches(
    new Map([
      ['src/implements/cache/classes.ts', CLASSES],
      [path, text],
    ]),
  );
}

describe('shape checker', () => {
  it.each([
    ['a class that two files export', 'export class Lock {}', /a.ts exports Lock: .*classes.ts does too/],
    ['a type with the name of a class elsewhere', 'export type Lock = 1;', /exports Lock/],
    ['a constant with the name of a class elsewhere', 'export const Lock = 1;', /exports Lock/],
    [
      'a constructor of six parameters',
      'class A { constructor(a: 1, b: 1, c: 1, d: 1, e: 1, f: 1) {} }',
      /6 parameters; 5 is the most/,
    ],
    [
      'a bag of six collaborators',
      `interface Parts { ${FIVE} readonly lock?: Lock } class A { constructor(parts: Parts) {} }`,
      /6 collaborators in Parts/,
    ],
    [
      'a bag of six collaborators without a name',
      `class A { constructor({ clock }: { ${FIVE} lock: Lock | undefined }) {} }`,
      /6 collaborators/,
    ],
    ['a public mutable field', 'class A { count = 0; }', /count is a public mutable field/],
    ['a public mutable parameter property', 'class A { constructor(public count: number) {} }', /count is/],
  ])('the shape checker finds %s', (_what, text, message) => {
    const found = plant(text);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(String(found[0]), message);
  });

  it('the shape checker finds nothing in sound declarations', () => {
    const text = `
      export interface Token {}
      export const Token = 1;
      interface Parts { ${FIVE} readonly sizeBytes: number; readonly make: (lock: Lock) => Lock }
      class A {
        readonly size = 1;
        #count = 0;
        private total = 0;
        constructor(parts: Parts, readonly name: string) {}
      }
    `;
    assert.deepEqual(plant(text), []);
    const fields = 'class Queue { head = 0; }';
    assert.deepEqual(plant(fields, 'src/implements/foundation/eviction/queue.ts'), []);
  });
});

describe('comments', () => {
  it('no comment begins with a question word', () => {
    assert.deepEqual(questionComments(readTree('src', 'test', 'examples')), []);
  });

  // The words are filled in, so that this file does not contain the comments that it plants.
  it.each([
    `/** ${'What'} it is. */`,
    `/**\n * ${'Whether'} it is.\n */`,
    `  /** ${'Who'} asks. */`,
    `/* ${'Where'} it is. */`,
    `// ${'What'} it is.`,
    `const a = 1; // ${'Which'} it is.`,
    `  // First line,\n  // ${'How'} it is.`,
  ])('a comment that begins with a question word is found: %j', (text) => {
    assert.equal(questionComments(new Map([['src/a.ts', text]])).length, 1);
  });

  it('a comment that begins with a noun or a verb is not found', () => {
    const text =
      '/** Whole text: what it is. */ /** Answers what it is. */ // Nothing: what else. // whatever';
    assert.deepEqual(questionComments(new Map([['src/a.ts', text]])), []);
  });
});
