import { z } from 'zod';
import { shapeOf } from '../../src/implements/foundation/options/shape.js';
import type { Catalogue } from '../../src/implements/site/catalogue.js';
import { writtenDefault } from './option-table.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

const VARIABLE: JsonSchema = {
  description: `A value from the environment: \${env.NAME}, or \${env.NAME:-default}.`,
  type: 'string',
  pattern: '\\$\\{env\\.[A-Za-z_]\\w*(:-[^}]*)?\\}',
};

/**
 * The JSON Schema of declaration files, for editors; draft 7, which their YAML servers know best.
 *
 * @param interfaces  Names to offer for `interface`; others are accepted too, for applications have their own.
 */
export async function declarationsSchema(
  catalogue: Catalogue,
  interfaces: readonly string[],
): Promise<JsonSchema> {
  const classes = await Promise.all(
    [...catalogue].map(
      async ([name, load]) => [name, classSchema(name, (await load()).component.options)] as const,
    ),
  );
  const names = [...catalogue.keys(), 'OwnClass'];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Component declarations of inversify-cache',
    type: 'array',
    items: { anyOf: names.map((name) => ({ $ref: `#/definitions/${name}` })) },
    definitions: {
      ...Object.fromEntries(classes),
      OwnClass: {
        title: 'A class of your own',
        type: 'object',
        properties: {
          class: {
            description:
              './file.mjs#Export, next to this file, or package#Export, of a package that the load allows.',
            type: 'string',
            pattern: '^[^#]+#[^#]+$',
          },
          entries: { $ref: '#/definitions/entries' },
        },
        required: ['class'],
      },
      entries: entriesSchema(interfaces),
      variable: VARIABLE,
    },
  };
}

function classSchema(name: string, options: z.ZodType): JsonSchema {
  const { description } = shapeOf(options);
  const converted = z.toJSONSchema(options, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => describeKind(zodSchema as unknown as z.ZodType, jsonSchema),
  });
  return {
    title: name,
    ...(description !== undefined && { description }),
    type: 'object',
    properties: {
      class: { const: name },
      entries: { $ref: '#/definitions/entries' },
      ...mapValues(converted.properties ?? {}, withVariables),
    },
    required: ['class', ...(converted.required ?? [])],
    additionalProperties: false,
  };
}

function entriesSchema(interfaces: readonly string[]): JsonSchema {
  return {
    description: 'Under which interfaces and names the component is found.',
    type: 'array',
    items: {
      type: 'object',
      properties: {
        interface: { description: 'The interface.', anyOf: [{ enum: [...interfaces] }, { type: 'string' }] },
        name: {
          description: 'The name; without one this is the default entry of the interface.',
          type: 'string',
        },
      },
      required: ['interface'],
      additionalProperties: false,
    },
  };
}

/** Facts of an option that only this package knows: durations with a unit in a file, and defaults apart from zod's. */
function describeKind(schema: z.ZodType, json: JsonSchema): void {
  const { kind } = shapeOf(schema);
  if (kind.kind === 'duration' && json.anyOf !== undefined) {
    json.anyOf = json.anyOf.filter((form) => typeof form === 'boolean' || form.type !== 'number');
  }
  // Bytes cannot be declared.
  if (kind.kind === 'pem' && json.anyOf !== undefined) {
    const [only, ...others] = json.anyOf.filter((form) => Object.keys(form).length > 0);
    if (others.length === 0) {
      delete json.anyOf;
      Object.assign(json, only);
    }
  }
  const fallback = writtenDefault(schema);
  if (fallback !== undefined) json.default = fallback;
}

/** Allows `${env.…}` in place of every scalar. */
function withVariables(schema: JsonSchema): JsonSchema {
  const { description, default: fallback, ...rest } = withoutSafeIntegers(schema);
  const about = {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
  const alternatives = rest.anyOf ?? rest.oneOf;
  if (alternatives !== undefined) {
    const forms = alternatives.map((form) => withoutSafeIntegers(form as JsonSchema));
    const isOpen = forms.some(({ type, pattern }) => type === 'string' && pattern === undefined);
    const nested = forms.map((form) =>
      form.type === 'object' || form.type === 'array' ? withVariables(form) : form,
    );
    return { ...about, anyOf: isOpen ? nested : [...nested, { $ref: '#/definitions/variable' }] };
  }
  if (rest.type === 'object') {
    return {
      ...about,
      ...rest,
      ...(rest.properties && { properties: mapValues(rest.properties, withVariables) }),
    };
  }
  if (rest.type === 'array')
    return { ...about, ...rest, ...(rest.items && { items: withVariables(rest.items as JsonSchema) }) };
  const isOpen =
    rest.type === 'string' && !['pattern', 'enum', 'const', 'format', 'maxLength'].some((key) => key in rest);
  return isOpen ? { ...about, ...rest } : { ...about, anyOf: [rest, { $ref: '#/definitions/variable' }] };
}

/** Without the bounds that zod writes for every whole number. */
function withoutSafeIntegers(schema: JsonSchema): JsonSchema {
  const { minimum, maximum, ...rest } = schema;
  return {
    ...rest,
    ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

function mapValues(
  properties: Readonly<Record<string, JsonSchema | boolean>>,
  change: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema | boolean> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      typeof schema === 'boolean' ? schema : change(schema),
    ]),
  );
}
