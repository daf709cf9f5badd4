import type { z } from 'zod';
import { holdsPem, mayHoldKey } from '../../foundation/options/pem.js';
import { childSchema, shapeOf } from '../../foundation/options/shape.js';
import type { LoadedDeclaration } from '../site-interior.js';
import { soundsSecret } from '../text/got.js';
import type { DeclarationNode, ScalarNode } from '../text/node.js';
import type { Syntax } from '../text/read.js';
import { hideAll, hidePassword } from './redaction.js';
import { type PlainValue, writeYaml } from './yaml-text.js';

/** Writes declarations as text that can be loaded. A secret is written as its variable, or redacted. */
export function dumpDeclarations(declarations: readonly LoadedDeclaration[], syntax: Syntax): string {
  const list = declarations.map(({ node, schema }) =>
    Object.fromEntries(
      node.pairs.map(({ key, value }) => {
        if (key === 'class' || key === 'entries') return [key, asWritten(value, undefined, '')];
        return [key, asWritten(value, schema && childSchema(schema, key, plainMap(node)), key)];
      }),
    ),
  );
  return syntax === 'json' ? `${JSON.stringify(list, null, 2)}\n` : writeYaml(list);
}

function asWritten(node: DeclarationNode, schema: z.ZodType | undefined, name: string): PlainValue {
  if (node.kind === 'scalar') return scalarAsWritten(node, schema, name);
  if (node.kind === 'list') {
    return node.items.map((item, index) => asWritten(item, schema && childSchema(schema, index, []), name));
  }
  return Object.fromEntries(
    node.pairs.map(({ key, value }) => [
      key,
      asWritten(value, schema && childSchema(schema, key, plainMap(node)), key),
    ]),
  );
}

function scalarAsWritten(
  { value, written }: ScalarNode,
  schema: z.ZodType | undefined,
  name: string,
): PlainValue {
  const text = written ?? value;
  const kind = schema && shapeOf(schema).kind.kind;
  const isKey = kind === 'pem' ? mayHoldKey(String(text)) : holdsPem(String(text));
  const isSecret = kind === 'secret' || isKey || soundsSecret(name);
  if (isSecret && text !== null) return hideAll(String(text));
  return typeof text === 'string' ? hidePassword(text) : text;
}

/** Scalars of a map: enough to choose the alternative of a schema. */
function plainMap(node: DeclarationNode): Record<string, unknown> {
  if (node.kind !== 'map') return {};
  return Object.fromEntries(
    node.pairs.map(({ key, value }) => [key, value.kind === 'scalar' ? value.value : {}]),
  );
}
