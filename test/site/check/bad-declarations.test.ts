// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { interiorOf } from '../../../src/implements/site/site-interior.js';
import { ComponentError, ConfigurationError } from '../../../src/interfaces/errors.js';
import { IProbe, probe, probeRig } from '../probe.js';
import {
  type BadDeclaration,
  ENVIRONMENT,
  OPTIONS,
  REFERENCES,
  STRUCTURE,
  SYNTAX,
} from './bad-declarations.js';

const GROUPS: readonly (readonly [string, readonly BadDeclaration[]])[] = [
  ['syntax', SYNTAX],
  ['structure', STRUCTURE],
  ['options', OPTIONS],
  ['references', REFERENCES],
  ['environment', ENVIRONMENT],
];

const PROTOTYPE = Reflect.ownKeys(Object.prototype);

/** Loads a valid declaration together with one that must be refused, and returns the error. */
async function refusal({ text, format = 'yaml', env = {} }: Pick<BadDeclaration, 'text' | 'format' | 'env'>) {
  const { site, builder, events } = probeRig();
  const bound = [...interiorOf(site).entries].length;
  const error: unknown = await builder.loads(site, text, { base: 'caches.yml', format, env }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(ComponentError.is(error), inspect(error)).toBe(true);
  expect([...interiorOf(site).entries]).toHaveLength(bound);
  expect(site.queryComponent(IProbe)).toBeUndefined();
  expect(site.queryComponent(IProbe, 'a')).toBeUndefined();
  expect(builder.dumps(site)).toBe('[]\n');
  expect(Reflect.ownKeys(Object.prototype)).toEqual(PROTOTYPE);
  expect(Object.getOwnPropertyNames({})).toEqual([]);
  const [created, closed] = ['create ', 'close '].map(
    (what) => events.filter((event) => event.startsWith(what)).length,
  );
  expect(closed).toBe(created);
  return error as ConfigurationError;
}

describe('mistakes in declarations', () => {
  for (const [group, table] of GROUPS) {
    describe(group, () => {
      it.each(table.map((bad) => [bad.title, bad] as const))(
        'a mistake is reported with its place: %s',
        async (_title, bad) => {
          const error = await refusal(bad);
          expect(error.message.split('\n')).toEqual(bad.lines);
          expect(error.code).toBe(bad.code);
        },
      );
    });
  }

  it('issues carry the same facts as the message of the error', async () => {
    const error = await refusal({ text: '- class: Probe\n  port: 70000\n  pasword: x\n' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.issues).toEqual([
      {
        source: 'caches.yml',
        line: 2,
        column: 9,
        path: '[0].port',
        message: 'expected a whole number from 1 to 65535, got 70000',
      },
      {
        source: 'caches.yml',
        line: 3,
        column: 3,
        path: '[0].pasword',
        message: 'expected an option of Probe, got pasword with a string of 1 character',
        hint: 'did you mean password?',
      },
    ]);
  });

  it('an error is located correctly after every kind of line break', async () => {
    const error = await refusal({ text: '- class: Probe\r\n  label: a\r  port: 0\r\n' });
    expect(error.issues[0]).toMatchObject({ line: 3, column: 9 });
  });

  it('an error is located correctly after a byte order mark', async () => {
    const error = await refusal({ text: '\uFEFF- class: Probee\n' });
    expect(error.message).toMatch(/^caches\.yml:1:10 /);
  });

  it('one mistake rejects the whole file: none of its components is registered', async () => {
    await refusal({ text: `${probe('a')}- class: Probe\n  port: 0\n` });
    await refusal({ text: `${probe('a')}${probe('b', 'fails: start')}` });
  });

  it('the error has the code of its issues only when all of them share it', async () => {
    const missing = '- class: Probe\n  label: ${env.NOWHERE}\n';
    const unknown = '- class: Nothing\n';
    expect((await refusal({ text: missing + missing })).code).toBe('E_CONFIG_ENV');
    expect((await refusal({ text: unknown + unknown })).code).toBe('E_CLASS_UNKNOWN');
    const both = await refusal({ text: missing + unknown });
    expect(both.code).toBe('E_CONFIG_SCHEMA');
    expect(both.issues).toHaveLength(2);
  });

  it('issues after the first hundred are counted, not listed', async () => {
    const text = Array.from({ length: 130 }, () => '- class: Nothing\n').join('');
    const lines = (await refusal({ text })).message.split('\n');
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('caches.yml: 30 more problems are not listed');
  });

  it('a mistake in a text without a file names the text', async () => {
    const { site, builder } = probeRig();
    await expect(builder.loads(site, '- 1\n')).rejects.toThrow(/^<text>:1:3 \[0\]: /);
  });
});
