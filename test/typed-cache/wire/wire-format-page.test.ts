import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'vitest';
import { encodeBundle } from '../../../src/implements/typed-cache/wire/bundle.js';
import { CODECS } from '../../../src/implements/foundation/codecs/codecs.js';
import { encodeEnvelope } from '../../../src/implements/typed-cache/wire/envelope.js';
import { encodeKey } from '../../../src/implements/foundation/codecs/values/cache-key.js';
import { SPECIAL_NAMES } from '../../../src/implements/foundation/codecs/values/special-value.js';
import { ROOT } from '../../house/source-tree.js';
import { FROZEN_BUNDLE, FROZEN_ENVELOPES } from './frozen-samples.js';

const page = readFileSync(join(ROOT, 'docs/wire-format.md'), 'utf8');

/** Returns the bytes of an example of the page, by its comment. */
function bytesOf(example: string): Uint8Array {
  const [, expression] = /^msgpack (.*)$/.exec(example) ?? [];
  if (expression !== undefined) return CODECS.msgpack.encode(evaluated(expression));
  if (example === FROZEN_BUNDLE.what) return encodeBundle(FROZEN_BUNDLE.parts);
  const sample = FROZEN_ENVELOPES.find(({ what }) => what === example);
  assert.ok(sample, `no sample is called "${example}"`);
  return encodeEnvelope(sample.envelope);
}

/** Evaluates an expression in a separate realm. */
function evaluated(expression: string): unknown {
  return runInNewContext(`(${expression})`, { Uint8Array });
}

/** Rows of the table after a comment, without its head, and without the marks of code. */
function rowsOf(table: string): string[][] {
  const [, text = ''] = page.split(`<!-- table: ${table} -->\n`);
  const [rows = ''] = text.split('\n\n');
  return rows
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.slice(1, -1).replace(/^`(.*)`$/, '$1')),
    );
}

describe('docs/wire-format.md', () => {
  const examples = [...page.matchAll(/<!-- example: (.*) -->\n```hex\n([^`]*)```/g)];

  it('docs/wire-format.md shows no bytes that are not an example', () => {
    assert.equal(page.match(/```hex/g)?.length, examples.length);
    assert.equal(page.match(/```/g)?.length, 2 * examples.length);
    assert.ok(examples.length >= 7);
  });

  it.each(examples.map(([, example = '', text = '']) => [example, text]))(
    'docs/wire-format.md shows the bytes of %s',
    (example, text) => {
      const hex = text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
      assert.equal(hex, Buffer.from(bytesOf(example)).toString('hex'));
    },
  );

  it.each(rowsOf('keys'))('docs/wire-format.md shows the text of the key %s', (expression, text) => {
    assert.equal(encodeKey(evaluated(expression)), text);
  });

  it.each(rowsOf('json'))('docs/wire-format.md shows the JSON of %s', (expression, text) => {
    assert.equal(Buffer.from(CODECS.json.encode(evaluated(expression))).toString(), text);
  });

  it('docs/wire-format.md lists the special values with their types', () => {
    assert.deepEqual(
      rowsOf('specials').map(([name, type]) => [name, type]),
      SPECIAL_NAMES.map((name, type) => [name, String(type)]),
    );
  });

  it('docs/wire-format.md lists the codecs', () => {
    const [, section = ''] = page.split('## Payloads\n');
    const [table = ''] = section.split('\n\nOther names');
    const names = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    assert.deepEqual(names, Object.keys(CODECS));
  });
});
