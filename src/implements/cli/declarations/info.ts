import { CATALOGUE } from '../../site/catalogue.js';
import type { Call } from '../frame/call.js';
import { type ClassSchema, classSchema, interfacesOf, type OptionSchema } from '../frame/class-schema.js';
import { EXIT } from '../frame/exit-code.js';

/** Lists the classes that a declaration may name, or describes one. */
export async function infoCommand(call: Call): Promise<number> {
  const [name] = call.args;
  if (name === undefined) await listed(call);
  else await described(call, name);
  return EXIT.done;
}

async function listed({ streams, home }: Call): Promise<void> {
  for (const name of CATALOGUE.keys()) {
    const { description } = await classSchema(home, name);
    await streams.record({ class: name, description }, name, description);
  }
}

async function described({ streams, home }: Call, name: string): Promise<void> {
  const schema = await classSchema(home, name);
  const interfaces = await interfacesOf(name);
  const options = optionsOf(schema);
  const lines = [
    `${name}: ${schema.description}`,
    `Interfaces: ${interfaces.join(', ') || 'none of this package'}`,
    'Options:',
    ...options.map(({ name: option, default: value, required, description }) => {
      const note = required
        ? 'required'
        : value === undefined
          ? 'optional'
          : `default ${JSON.stringify(value)}`;
      return `  ${option} (${note}): ${description}`;
    }),
  ];
  await streams.text({ class: name, description: schema.description, interfaces, options }, lines.join('\n'));
}

interface DescribedOption {
  readonly name: string;
  readonly required: boolean;
  readonly default: unknown;
  readonly values: readonly unknown[] | undefined;
  readonly description: string;
}

function optionsOf({ properties, required = [] }: ClassSchema): DescribedOption[] {
  return Object.entries(properties)
    .filter(([name]) => name !== 'class' && name !== 'entries')
    .map(([name, option]) => ({
      name,
      required: required.includes(name),
      default: option.default,
      values: valuesOf(option),
      description: option.description ?? '',
    }));
}

function valuesOf({ enum: values, anyOf = [] }: OptionSchema): readonly unknown[] | undefined {
  return values ?? anyOf.flatMap(({ enum: some }) => (some === undefined ? [] : [some]))[0];
}
