// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideAll, hidePassword } from '../../../src/implements/site/dump/redaction.js';
import { type PlainValue, writeYaml } from '../../../src/implements/site/dump/yaml-text.js';
import { parseDeclarations } from '../../../src/implements/site/text/declaration-parser.js';
import { jsonErrorOffset } from '../../../src/implements/site/text/json-syntax.js';
import type { DeclarationNode } from '../../../src/implements/site/text/node.js';
import { TextPlaces } from '../../../src/implements/site/text/place.js';
import { Problems } from '../../../src/implements/site/text/problems.js';
import { suggestion } from '../../../src/implements/site/text/suggest.js';

describe('jsonErrorOffset', () => {
  const agrees = (text: string) => {
    let isJson = true;
    try {
      JSON.parse(text);
    } catch {
      isJson = false;
    }
    expect(jsonErrorOffset(text) === undefined, text).toBe(isJson);
  };

  it('jsonErrorOffset finds no error in a text that JSON.parse accepts', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5 }), agrees));
    fc.assert(fc.property(fc.jsonValue(), (value) => agrees(JSON.stringify(value, null, 3))));
  });

  it('jsonErrorOffset finds an error exactly in texts that JSON.parse refuses', () => {
    const near = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...'[]{},:" \n01-.eE\\ut\'/#x\u0000\u001f'))
      .map(([json, position, character]) => {
        const at = position % (json.length + 1);
        return json.slice(0, at) + character + json.slice(at);
      });
    fc.assert(fc.property(near, agrees), { numRuns: 2000 });
    fc.assert(fc.property(fc.string(), agrees));
  });

  it.each([
    ['', 0],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a: 1}', 1],
    ["['a']", 1],
    ['[1] x', 4],
    ['[01]', 2],
    ['"a\nb"', 0],
    ['["\\x"]', 1],
    [']', 0],
    ['[}', 1],
    ['{"a":1', 6],
  ])('jsonErrorOffset points at the first wrong character of %j', (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset);
  });
});

describe('TextPlaces', () => {
  it.each([
    ['\n', 'LF'],
    ['\r\n', 'CR LF'],
    ['\r', 'CR'],
  ])('TextPlaces counts lines that end in %j', (lineBreak) => {
    const text = ['ab', '', 'cd'].join(lineBreak);
    const places = new TextPlaces(text);
    expect(places.at(0)).toEqual({ line: 1, column: 1 });
    expect(places.at(1)).toEqual({ line: 1, column: 2 });
    expect(places.at(text.indexOf('c'))).toEqual({ line: 3, column: 1 });
    expect(places.at(text.length)).toEqual({ line: 3, column: 3 });
  });
});

describe('suggestion', () => {
  const known = ['password', 'host', 'port', 'commandTimeout', 'db'];

  it.each([
    ['pasword', 'password'],
    ['PASSWORD', 'password'],
    ['passwrod', 'password'],
    ['hosst', 'host'],
    ['prot', 'port'],
    ['commandTimeuot', 'commandTimeout'],
    ['bd', 'db'],
  ])('suggestion takes %s for a misspelling of %s', (written, meant) => {
    expect(suggestion(written, known)).toBe(`did you mean ${meant}?`);
  });

  it.each(['x', 'timeout', 'prefix', '', 'a'.repeat(1000)])(
    'suggestion finds no name close to %s',
    (written) => {
      expect(suggestion(written, known)).toBeUndefined();
    },
  );

  it('suggestion chooses the closest of several names', () => {
    expect(suggestion('pots', ['posts', 'post', 'port'])).toBe('did you mean posts?');
    expect(suggestion('porst', ['posts', 'port'])).toBe('did you mean port?');
  });
});

describe('writeYaml', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'null',
      'true',
      'No',
      '~',
      '1',
      '1.5',
      '.5',
      '.inf',
      '0x1f',
      '0o7',
      '1e3',
      '-',
      '- a',
      '? a',
      '#',
      'a #b',
      'a: b',
      '<<',
      '---',
      '...',
      '|',
      '>',
      '*a',
      '&a',
      '!a',
      '%a',
      '@a',
      '`a`',
      '${env.A}',
      '30s',
      '64MiB',
      './a.mjs#B',
      '',
      ' a',
      'a ',
      'a  b',
      '\ta',
      '\u2028',
      '\ufeff',
      '\ud800',
      '😀',
    ),
  );
  const { value } = fc.letrec<{ value: PlainValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        text.filter((key) => !['__proto__', 'constructor', 'prototype', '<<'].includes(key)),
        tie('value'),
        { maxKeys: 4 },
      ),
    ),
  }));

  it('writeYaml writes text that is read back as the same value', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (original) => {
        const problems = new Problems('x');
        const tree = await parseDeclarations(writeYaml(original), 'yaml', problems);
        problems.throwIfAny();
        expect(plain(tree as DeclarationNode)).toEqual(normal(original));
      }),
      { numRuns: 500 },
    );
  });

  it('writeYaml writes declarations in the common style', () => {
    const declarations = [
      {
        class: './greeter.mjs#Greeter',
        entries: [{ interface: 'ICache', name: 'Redis' }],
        expire: '30s',
        maxBytes: '64MiB',
        tags: ['a b', '7'],
        empty: [],
        port: 1,
        none: null,
      },
      { class: 'X' },
    ];
    expect(writeYaml(declarations)).toBe(
      [
        '- class: ./greeter.mjs#Greeter',
        '  entries:',
        '    - interface: ICache',
        '      name: Redis',
        '  expire: 30s',
        '  maxBytes: 64MiB',
        '  tags:',
        '    - a b',
        '    - "7"',
        '  empty: []',
        '  port: 1',
        '  none: null',
        '- class: X',
        '',
      ].join('\n'),
    );
  });

  function plain(node: DeclarationNode): unknown {
    if (node.kind === 'scalar') return node.value;
    if (node.kind === 'list') return node.items.map(plain);
    return Object.fromEntries(node.pairs.map(({ key, value: item }) => [key, plain(item)]));
  }

  /** JSON has no negative zero, and the dump does not preserve it either. */
  function normal(original: PlainValue): unknown {
    return JSON.parse(JSON.stringify(original));
  }
});

describe('redaction', () => {
  it.each([
    ['hunter2', '[redacted]'],
    ['${env.PW}', '${env.PW}'],
    ['${env.PW:-hunter2}', '${env.PW:-[redacted]}'],
    ['a${env.PW}b', '[redacted]${env.PW}[redacted]'],
    ['$${hunter2', '[redacted]'],
  ])('redaction turns the secret %s into %s', (written, shown) => {
    expect(hideAll(written)).toBe(shown);
  });

  it.each([
    ['redis://localhost:6379/0', 'redis://localhost:6379/0'],
    ['redis://user@localhost', 'redis://user@localhost'],
    ['redis://user:hunter2@localhost:6379/0', 'redis://user:[redacted]@localhost:6379/0'],
    ['redis://:hunter2@localhost', 'redis://:[redacted]@localhost'],
    ['redis://:hun/te@r2@localhost', 'redis://:[redacted]@localhost'],
    ['redis://user:${env.PW}@localhost', 'redis://user:${env.PW}@localhost'],
    ['redis://user:hun${env.PW}ter2@localhost', 'redis://user:[redacted]${env.PW}[redacted]@localhost'],
    ['redis://user:${env.PW:-hunter2}@localhost', 'redis://user:${env.PW:-[redacted]}@localhost'],
    [
      'redis://${env.USER:-u}:${env.PW:-hunter2}@${env.H:-h}',
      'redis://${env.USER:-[redacted]}:${env.PW:-[redacted]}@${env.H:-h}',
    ],
    ['redis://${env.CRED:-user:hunter2}@h', 'redis://${env.CRED:-[redacted]}@h'],
    ['${env.URL}', '${env.URL}'],
    ['${env.URL:-redis://user:hunter2@h}', '${env.URL:-redis://user:[redacted]@h}'],
    ['${env.URL:-redis://h}', '${env.URL:-redis://h}'],
    ['a text: with @ and $${', 'a text: with @ and $${'],
  ])('redaction turns the URL %s into %s', (written, shown) => {
    expect(hidePassword(written)).toBe(shown);
  });
});
