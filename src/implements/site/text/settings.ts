import type { SettingsOptions } from '../../../interfaces/component.js';
import type { Settings } from '../../../interfaces/config.js';
import { ConfigurationError } from '../../../interfaces/errors.js';
import { parseTree } from './declaration-parser.js';
import { got, soundsSecret } from './got.js';
import { interpolateAll, type Variables } from './interpolate.js';
import { type DeclarationNode, pathOf } from './node.js';
import { Problems } from './problems.js';
import { readDeclarations, syntaxOf } from './read.js';

/**
 * Reads a file of settings: a map of sessions, each a map of names and text, numbers or booleans. All values become
 * text, as they were written. Limits and messages are those of declarations.
 *
 * @param path  Path of the file.
 * @throws {ConfigurationError} `E_CONFIG_READ` when the file does not exist (unless it is `optional`) or cannot be read,
 *   and the errors of declarations: `E_CONFIG_FORMAT`, `E_CONFIG_SYNTAX`, `E_CONFIG_ENV`, `E_CONFIG_SCHEMA`.
 *
 * @example
 * ```ts
 * const yaml = new YamlConfig(await readSettings(file)); // Or declared: class: YamlConfig
 * ```
 */
export async function readSettings(
  path: string,
  { format, optional, env = process.env }: SettingsOptions & { readonly env?: Variables } = {},
): Promise<Settings> {
  let read: Awaited<ReturnType<typeof readDeclarations>>;
  try {
    read = await readDeclarations(path, format);
  } catch (error) {
    if (optional === true && isMissing(error)) return new Map();
    throw error;
  }
  const problems = new Problems(path);
  const tree = await parseTree(read.text, syntaxOf(read.format, path), problems);
  if (tree === undefined) return new Map();
  const settings = settingsOf(interpolateAll(tree, '', env, problems), problems);
  problems.throwIfAny();
  return settings;
}

function settingsOf(root: DeclarationNode, problems: Problems): Settings {
  const settings = new Map<string, ReadonlyMap<string, string>>();
  for (const { key, value } of pairsOf(root, '', 'a map of sessions', problems)) {
    const path = pathOf('', key);
    const session = new Map<string, string>();
    for (const { key: name, value: node } of pairsOf(value, path, 'a map of settings', problems)) {
      const text = textOf(node);
      if (text !== undefined) session.set(name, text);
      else {
        const message = `expected text, a number or a boolean, got ${got(node, soundsSecret(name))}`;
        const hint = node.kind === 'scalar' ? `write ${name}: '' for an empty text` : undefined;
        problems.add({ code: 'E_CONFIG_SCHEMA', place: node.place, path: pathOf(path, name), message, hint });
      }
    }
    settings.set(key, session);
  }
  return settings;
}

/** Pairs of a map; none for a place where nothing is written. */
function pairsOf(node: DeclarationNode, path: string, expected: string, problems: Problems) {
  if (node.kind === 'map') return node.pairs;
  if (node.kind === 'scalar' && node.value === null) return [];
  const message = `expected ${expected}, got ${got(node, true)}`;
  problems.add({ code: 'E_CONFIG_SCHEMA', place: node.place, path, message });
  return [];
}

function textOf(node: DeclarationNode): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function isMissing(error: unknown): boolean {
  if (!ConfigurationError.is(error) || error.code !== 'E_CONFIG_READ') return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
