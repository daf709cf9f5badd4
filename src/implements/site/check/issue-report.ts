import type { z } from 'zod';
import { expectation, oneOf } from '../../foundation/options/expectation.js';
import { childSchema, nearestOption, scalarTypes, shapeOf } from '../../foundation/options/shape.js';
import { got, soundsSecret } from '../text/got.js';
import { childNode, type DeclarationNode, type MapNode, pathOf } from '../text/node.js';
import type { Place } from '../text/place.js';
import type { Problems } from '../text/problems.js';
import { suggestion } from '../text/suggest.js';

type Issue = z.core.$ZodIssue;

/** Converts issues of zod into problems of the file, in our words and with a place. */
export class IssueReport {
  readonly #root: { node: MapNode; path: string; schema: z.ZodType; problems: Problems };

  constructor(root: { node: MapNode; path: string; schema: z.ZodType; problems: Problems }) {
    this.#root = root;
  }

  /** @param outer  Path of the alternative in which the issue was found. */
  add(issue: Issue, outer: readonly PropertyKey[]): void {
    if (issue.code === 'unrecognized_keys') return; // OptionReader reports these, schemas that drop them included
    const keys = [...outer, ...issue.path];
    const target = this.#find(keys);
    if (issue.code === 'invalid_union') {
      const { options } = target.schema === undefined ? {} : shapeOf(target.schema).definition;
      const meant = options && issue.errors[nearestOption(options, plain(target.node))];
      if (meant !== undefined) {
        for (const inner of meant) this.add(inner as Issue, keys);
        return;
      }
    }
    if (this.#root.problems.cover(target.path)) return;
    const { place, path } = target;
    this.#root.problems.add({ code: 'E_CONFIG_SCHEMA', place, path, ...wording(issue, target) });
  }

  #find(keys: readonly PropertyKey[]): Target {
    let {
      node,
      path,
      schema,
    }: { node: DeclarationNode | undefined; path: string; schema: z.ZodType | undefined } = this.#root;
    let { place } = this.#root.node;
    for (const key of keys) {
      schema = schema && childSchema(schema, key, plain(node));
      node = childNode(node, key);
      path = pathOf(path, typeof key === 'number' ? key : String(key));
      if (node !== undefined) place = node.place;
    }
    return { node, path, place, schema, name: String(keys.at(-1) ?? '') };
  }
}

interface Target {
  readonly node: DeclarationNode | undefined;
  readonly path: string;
  readonly place: Place;
  readonly schema: z.ZodType | undefined;
  readonly name: string;
}

function wording(
  issue: Issue,
  { node, schema, name }: Target,
): { message: string; hint?: string | undefined } {
  if (schema === undefined) return { message: issue.message };
  const {
    kind: { kind },
    definition,
  } = shapeOf(schema);
  const forms = formsOf(issue);
  const expected = forms === undefined ? expectation(schema) : oneOf(forms);
  if (issue.code === 'custom' && issue.message !== expected) return { message: issue.message };
  const hidden = kind === 'secret' || kind === 'url' || soundsSecret(name);
  const message = `expected ${expected}, got ${got(node, hidden)}`;
  if (node?.kind !== 'scalar' || node.value === null) return { message };
  if (typeof node.value === 'string') {
    const choices = forms ?? definition.values ?? Object.values(definition.entries ?? {});
    const isUnsaid = hidden || node.variables !== undefined;
    return { message, hint: isUnsaid ? undefined : suggestion(node.value, choices.map(String)) };
  }
  const isText = scalarTypes(schema).has('string') && kind !== 'duration';
  return {
    message,
    hint: isText ? 'a string that looks like a number or a boolean must be quoted' : undefined,
  };
}

/** Discriminators that zod expected, when the written one is not among them. */
function formsOf(issue: Issue): readonly unknown[] | undefined {
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options
    : undefined;
}

/** Converts a node to the value that zod checks, to choose among alternatives. */
function plain(node: DeclarationNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.pairs.map(({ key, value }) => [key, plain(value)]));
}
