import { readFile } from 'node:fs/promises';
import { describeInterface } from '../../../interfaces/interface-token.js';
import { CATALOGUE } from '../../site/catalogue.js';
import { PORTS } from '../../site/ports.js';
import { suggestion } from '../../site/text/suggest.js';
import { UsageError } from './usage-error.js';

/** JSON Schema of an option, as far as commands show it. */
export interface OptionSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly OptionSchema[];
}

/** JSON Schema of the declarations of a class. */
export interface ClassSchema {
  readonly title: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
}

/** Reads the schema of a built-in class. @throws {UsageError} for a class that there is not. */
export async function classSchema(home: URL, name: string): Promise<ClassSchema> {
  const text = await readFile(new URL('config/components.schema.json', home), 'utf8');
  const { definitions } = JSON.parse(text) as { definitions: Readonly<Record<string, ClassSchema>> };
  const found = CATALOGUE.has(name) && Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (found !== undefined) return found;
  const known = [...CATALOGUE.keys()];
  throw new UsageError(
    `expected a class, got ${JSON.stringify(name)}`,
    suggestion(name, known) ?? `classes: ${known.join(', ')}`,
  );
}

/** Share of members that a prototype has at least, because fields are made by the constructor. */
const MOST_MEMBERS = 0.7;

/** Interfaces of this package that components of a built-in class have, as far as its prototype tells. */
export async function interfacesOf(name: string): Promise<string[]> {
  const found = (await CATALOGUE.get(name)?.()) as { readonly prototype?: object } | undefined;
  const prototype = found?.prototype;
  if (prototype === undefined) return [];
  const shares = [...PORTS.keys()].map((port): [string, number] => {
    const members = describeInterface(port)?.members ?? [];
    return [port, members.filter((member) => member in prototype).length / members.length];
  });
  const whole = shares.filter(([, share]) => share === 1);
  return (whole.length > 0 ? whole : shares.filter(([, share]) => share >= MOST_MEMBERS)).map(
    ([port]) => port,
  );
}
