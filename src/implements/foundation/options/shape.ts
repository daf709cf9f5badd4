import { globalRegistry, type z } from 'zod';
import { type OptionKind, optionKinds } from './kinds.js';

/** A schema as zod makes it: what its definition holds depends on its type. */
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

/** A schema without its wrappers, and what the wrappers say. */
interface OptionShape {
  /** The innermost schema that says what the value is. */
  readonly schema: z.ZodType;
  readonly definition: Definition;
  readonly kind: OptionKind;
  /** Whether the option need not be given. */
  readonly optional: boolean;
  /** What applies where the option is not given; `undefined` when nothing does. */
  readonly default: unknown;
  readonly description: string | undefined;
}

/** Looks through optional, default, pipe and their like. */
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

/** The options of a map, by name; empty for a schema that is no map. */
export function optionsOf(schema: z.ZodType): ReadonlyMap<string, z.ZodType> {
  const { definition } = shapeOf(schema);
  const fields = new Map(Object.entries(definition.shape ?? {}));
  for (const part of [definition.left, definition.right, ...(definition.options ?? [])]) {
    if (part === undefined) continue;
    for (const [name, field] of optionsOf(part)) if (!fields.has(name)) fields.set(name, field);
  }
  return fields;
}

/** The schema of what stands under a key or an index; `undefined` where the schema knows no such thing. */
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

/** Whether a schema says which keys a map may have, so that another one is a mistake. */
export function namesItsKeys(schema: z.ZodType): boolean {
  const { shape, catchall, left, right, options = [] } = shapeOf(schema).definition;
  if (shape !== undefined) return catchall === undefined || definitionOf(catchall).type === 'never';
  if (left !== undefined && right !== undefined) return namesItsKeys(left) && namesItsKeys(right);
  return options.some(namesItsKeys);
}

/** Index of the alternative that a value was most likely meant for. */
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

/** How much of a value a schema speaks of: a discriminator that fits weighs more than all names together. */
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

/** Types of scalar that a schema takes; `string` too for what takes anything. */
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
