import { z } from 'zod';
import { expectation } from '../../src/implements/foundation/options/expectation.js';
import { optionsOf, shapeOf } from '../../src/implements/foundation/options/shape.js';

/**
 * Options of a class as a table in Markdown: name, type, default and meaning, one row each, those of maps too.
 *
 * @param without  Schema whose options are left out.
 */
export function optionTable(schema: z.ZodType, without?: z.ZodType): string {
  const left = new Set(without === undefined ? [] : optionsOf(without).keys());
  const rows = [
    ['option', 'type', 'default', 'meaning'],
    ['---', '---', '---', '---'],
    ...rowsOf(schema, '').filter(([name = '']) => !left.has(name.replace(/^`([^.`]*).*$/, '$1'))),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function rowsOf(schema: z.ZodType, prefix: string): string[][] {
  return [...optionsOf(schema)].flatMap(([name, option]) => [
    [`\`${prefix}${name}\``, typeOf(option), defaultOf(option), cell(shapeOf(option).description ?? '')],
    ...(shapeOf(option).kind.kind === undefined ? rowsOf(option, `${prefix}${name}.`) : []),
  ]);
}

/** Patterns of texts in words, because a regular expression is hard to read in a table. */
const PATTERNS: Readonly<Record<string, string>> = {
  '^[!-~]+$': 'printable ASCII without spaces',
  '^[a-z]+$': 'lower-case letters',
  '^[A-Z][A-Z0-9_]*_$': 'prefix in capitals that ends in `_`',
};

function typeOf(schema: z.ZodType): string {
  const { kind, definition } = shapeOf(schema);
  const { options, values = Object.values(definition.entries ?? {}) } = definition;
  if (kind.kind === undefined && kind.expected === undefined) {
    const { pattern } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    if (pattern !== undefined) return patternInWords(pattern);
    if (options !== undefined) return [...new Set(options.map(typeOf))].join(' or ');
    if (values.length > 0) return values.map((value) => `\`${String(value)}\``).join(', ');
  }
  switch (kind.kind) {
    case 'duration':
    case 'size':
      return kind.kind;
    case 'file':
      return 'path';
    case 'pem':
      return 'PEM text or path, or list of these';
    case 'url':
      return 'URL';
    case 'reference':
      return `name of an \`${kind.interface}\``;
    default:
      return cell(expectation(schema).replace(/\ban? /g, ''));
  }
}

function patternInWords(pattern: string): string {
  const words = PATTERNS[pattern];
  if (words === undefined) throw new Error(`no words for the pattern ${pattern}: add them to PATTERNS`);
  return words;
}

function defaultOf(schema: z.ZodType): string {
  const fallback = writtenDefault(schema);
  if (fallback === undefined) return shapeOf(schema).optional ? '' : 'required';
  return fallback === '' ? 'empty' : `\`${String(fallback)}\``;
}

/** The default of an option as a declaration would write it; `undefined` for none. */
export function writtenDefault(schema: z.ZodType): unknown {
  const { default: fallback, kind } = shapeOf(schema);
  if (typeof fallback !== 'number') return fallback;
  if (kind.kind === 'size') return inLargestUnit(fallback, UNIT_BYTES);
  return kind.kind === 'duration' ? inLargestUnit(fallback, UNIT_MS) : fallback;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const UNIT_BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function inLargestUnit(value: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).filter(([, factor]) => value % factor === 0);
  const [unit, factor] = fitting.at(-1) ?? ['', 1];
  return `${value / factor}${unit}`;
}
