import type { z } from 'zod';
import { isPem } from '../../foundation/options/pem.js';
import {
  childSchema,
  namesItsKeys,
  optionsOf,
  scalarTypes,
  shapeOf,
} from '../../foundation/options/shape.js';
import { truthOf } from '../../foundation/options/truth.js';
import { endsInLineBreak, got } from '../text/got.js';
import { partsOf } from '../text/interpolate.js';
import { type DeclarationNode, type MapNode, type Piece, pathOf, type ScalarNode } from '../text/node.js';
import type { Place } from '../text/place.js';
import type { Problems } from '../text/problems.js';

/** An option that names another component. */
export interface Reference {
  readonly interface: string;
  readonly name: string;
  /** Name for messages. */
  readonly shown: string;
  readonly place: Place;
  readonly path: string;
}

/** An option that a schema does not have. */
export interface UnknownOption {
  readonly key: string;
  readonly value: DeclarationNode;
  readonly place: Place;
  readonly path: string;
  /** Options that the schema has at this place. */
  readonly known: readonly string[];
}

interface Surroundings {
  readonly className: string;
  /** Converts a path relative to the declaration file into one of the process. */
  readonly resolveFile: (path: string) => string;
  readonly problems: Problems;
}

const DECIMAL = /^[+-]?\d+(?:\.\d+)?$/;

/** Converts the nodes of one declaration to plain values, where that depends on the schema and zod cannot do it. */
export class OptionReader {
  readonly references: Reference[] = [];
  readonly unknown: UnknownOption[] = [];
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** @param schema  `undefined`: the value is taken as written. */
  read(node: DeclarationNode, schema: z.ZodType | undefined, path: string): unknown {
    if (node.kind === 'scalar') return this.#scalar(node, schema, path);
    if (node.kind === 'map') return this.#map(node, schema, path);
    const plainItems = node.items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
    return node.items.map((item, index) =>
      this.read(item, schema && childSchema(schema, index, plainItems), pathOf(path, index)),
    );
  }

  #map(node: MapNode, schema: z.ZodType | undefined, path: string): Record<string, unknown> {
    const hints = Object.fromEntries(
      node.pairs.map(({ key, value }) => [key, value.kind === 'scalar' ? value.value : {}]),
    );
    const result: Record<string, unknown> = {};
    for (const { key, keyPlace, value } of node.pairs) {
      const child = schema && childSchema(schema, key, hints);
      if (schema !== undefined && child === undefined && namesItsKeys(schema)) {
        const known = [...optionsOf(schema).keys()];
        this.unknown.push({ key, value, place: keyPlace, path: pathOf(path, key), known });
      }
      result[key] = this.read(value, child, pathOf(path, key));
    }
    if (schema !== undefined) this.#addDefaultReferences(node, schema, path);
    return result;
  }

  #scalar(node: ScalarNode, schema: z.ZodType | undefined, path: string): unknown {
    if (schema === undefined) return node.value;
    const { kind, interface: name, expected, besides } = shapeOf(schema).kind;
    const { value, place } = node;
    if (kind === 'duration' && typeof value === 'number') {
      const message = `expected ${expected}, got ${value}`;
      const hint = `write ${value}s or ${value}ms`;
      this.#around.problems.add({ code: 'E_CONFIG_SCHEMA', place, path, message, hint });
    }
    if (typeof value !== 'string') return value;
    if (kind === 'secret' && endsInLineBreak(node)) {
      const message = `expected text without a line break at its end, got ${got(node, true)}`;
      this.#around.problems.add({ code: 'E_CONFIG_SCHEMA', place, path, message });
    }
    const isPath = kind === 'file' || (kind === 'pem' && !isPem(value));
    if (isPath && value !== '') return this.#around.resolveFile(value);
    if (kind === 'reference' && name !== undefined && besides?.includes(value) !== true) {
      this.references.push({ interface: name, name: value, shown: got(node, false), place, path });
    }
    if (kind === 'url' && node.pieces !== undefined) return urlText(node.pieces);
    return isOneVariable(node) ? converted(value, scalarTypes(schema)) : value;
  }

  /** Adds references that are not written but have a default; their place is the start of the declaration. */
  #addDefaultReferences(node: MapNode, schema: z.ZodType, path: string): void {
    for (const [option, field] of optionsOf(schema)) {
      const { kind, default: name } = shapeOf(field);
      if (kind.kind !== 'reference' || kind.interface === undefined || typeof name !== 'string') continue;
      if (kind.besides?.includes(name)) continue;
      if (node.pairs.some(({ key }) => key === option)) continue;
      const shown = JSON.stringify(name);
      this.references.push({
        interface: kind.interface,
        name,
        shown,
        place: node.place,
        path: pathOf(path, option),
      });
    }
  }
}

function isOneVariable({ written, variables = [] }: ScalarNode): boolean {
  return written !== undefined && variables.length === 1 && partsOf(written).length === 1;
}

/**
 * Text of a URL: variables in its user name and password are percent-encoded, so that a password may contain any
 * character. A variable that is all of them, or the whole URL, is taken as it is.
 */
function urlText(pieces: readonly Piece[]): string {
  const literals = pieces.map(({ text, isVariable }) => (isVariable ? '\uE000' : text)).join('');
  const [, userInfo = ''] = /^[^/@]*:\/\/(.*)@/s.exec(literals) ?? [];
  const end = userInfo.includes(':') ? literals.lastIndexOf('@') : 0;
  let offset = 0;
  return pieces
    .map(({ text, isVariable }) => {
      const isInside = isVariable && offset < end;
      offset += isVariable ? 1 : text.length;
      return isInside ? encodeURIComponent(text) : text;
    })
    .join('');
}

/** Converts a string of the environment to the number or boolean that the option takes; others stay unchanged. */
function converted(text: string, types: ReadonlySet<string>): string | number | boolean {
  const truth = types.has('boolean') ? truthOf(text) : undefined;
  if (truth !== undefined) return truth;
  if (types.has('string')) return text;
  if ((types.has('number') || types.has('size')) && DECIMAL.test(text)) return Number(text);
  return text;
}
