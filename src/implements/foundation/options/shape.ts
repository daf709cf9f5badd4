import { globalRegistry, type z } from 'zod';
import { type OptionKind, optionKinds } from './kinds.js';

/** Internal definition of a zod schema; its members depend on the type. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

/** A schema without its wrappers, and the properties that the wrappers add. */
interface OptionShape {
  /** Innermost schema, which describes the value itself. */
  readonly schema: z.ZodType;
  readonly definition: Definition;
  readonly kind: OptionKind;
  /** `true` when the option may be omitted. */
  readonly optional: boolean;
  /** Value of an omitted option; `undefined` when there is none. */
  readonly default: unknown;
  readonly description: string | undefined;
}

/** Unwraps optional, default, pipe and similar wrappers. */
export function shapeOf(schema: z.ZodType): OptionShape {
  let kind: OptionKind = {};
  let optional = false;
  let fallback: unknown;
  let description: string | undefined;
  let inner = schema;
  for (;;) {
    const definition = definitionOf(inner);
    kind = { ...optionKinds.get(inner), ...kind };
    description ??= globalRegistry.get(inner)?.description;
    if (definition.type === 'default' || definition.type === 'prefault') fallback ??= definition.defaultValue;
    optional ||= ['optional', 'default', 'prefault', 'catch'].includes(definition.type);
    const next = wrapped(definition);
    if (next === undefined)
      return { schema: inner, definition, kind, optional, default: fallback ?? kind.default, description };
    inner = next;
  }
}

/** Returns the options of a map by name; empty for a schema that is not a map. */
export function optionsOf(schema: z.ZodType): ReadonlyMap<string, z.ZodType> {
  const { definition } = shapeOf(schema);
  const fields = new Map(Object.entries(definition.shape ?? {}));
  for (const part of [definition.left, definition.right, ...(definition.options ?? [])]) {
    if (part === undefined) continue;
    for (const [name, field] of optionsOf(part)) if (!fields.has(name)) fields.set(name, field);
  }
  return fields;
}

/** Returns the schema of the value under a key or an index; `undefined` when the schema defines none. */
export function childSchema(schema: z.ZodType, key: PropertyKey, value: unknown): z.ZodType | undefined {
  const { definition } = shapeOf(schema);
  if (definition.shape !== undefined) {
    if (Object.hasOwn(definition.shape, key)) return definition.shape[key as string];
    return definition.catchall && definitionOf(definition.catchall).type !== 'never'
      ? definition.catchall
      : undefined;
  }
  if (definition.options !== undefined) {
    const option = definition.options[nearestOption(definition.options, value)];
    return option && childSchema(option, key, value);
  }
  if (definition.left !== undefined && definition.right !== undefined) {
    return childSchema(definition.left, key, value) ?? childSchema(definition.right, key, value);
  }
  return definition.valueType ?? definition.element ?? definition.items?.[Number(key)];
}

/** Tells whether a schema lists the allowed keys of a map, so that any other key is an error. */
export function namesItsKeys(schema: z.ZodType): boolean {
  const { shape, catchall, left, right, options = [] } = shapeOf(schema).definition;
  if (shape !== undefined) return catchall === undefined || definitionOf(catchall).type === 'never';
  if (left !== undefined && right !== undefined) return namesItsKeys(left) && namesItsKeys(right);
  return options.some(namesItsKeys);
}

/** Returns the index of the alternative that a value was most likely meant for; -1 when none is similar. */
export function nearestOption(options: readonly z.ZodType[], value: unknown): number {
  let nearest = -1;
  let best = 0;
  for (const [index, option] of options.entries()) {
    const score = likeness(option, value);
    if (score > best) {
      best = score;
      nearest = index;
    }
  }
  return nearest;
}

/** Scores the similarity of a value to a schema; a matching discriminator outweighs all option names together. */
function likeness(schema: z.ZodType, value: unknown): number {
  const { definition } = shapeOf(schema);
  if (definition.options !== undefined)
    return Math.max(0, ...definition.options.map((option) => likeness(option, value)));
  if (Array.isArray(value)) return definition.element !== undefined || definition.items !== undefined ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  if (definition.shape === undefined) return definition.valueType === undefined ? 0 : 1;
  let score = 1;
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(definition.shape, name) ? definition.shape[name] : undefined;
    if (field === undefined) continue;
    const { values } = shapeOf(field).definition;
    score += values?.includes(given) ? 1000 : 1;
  }
  return score;
}

/** Returns the scalar types that a schema accepts; a schema that accepts anything counts as `string`. */
export function scalarTypes(schema: z.ZodType): ReadonlySet<string> {
  const { definition, kind } = shapeOf(schema);
  if (kind.kind === 'size') return new Set(['size']);
  const { type, options, values, entries } = definition;
  if (options !== undefined) return new Set(options.flatMap((option) => [...scalarTypes(option)]));
  if (values !== undefined) return new Set(values.map((value) => typeof value));
  if (entries !== undefined) return new Set(Object.values(entries).map((value) => typeof value));
  if (type === 'number' || type === 'boolean' || type === 'object' || type === 'array')
    return new Set([type]);
  return new Set(['string']);
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

function wrapped(definition: Definition): z.ZodType | undefined {
  if (definition.type === 'lazy') return definition.getter?.();
  if (definition.type !== 'pipe') return definition.innerType;
  return definition.in && definitionOf(definition.in).type === 'transform' ? definition.out : definition.in;
}
