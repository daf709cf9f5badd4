import {
  describeInterface,
  type InterfaceDescription,
  interfaceNames,
} from '../../../interfaces/interface-token.js';
import { PORTS } from '../ports.js';
import { got } from '../text/got.js';
import {
  childNode,
  type DeclarationNode,
  type MapNode,
  type MapPair,
  pathOf,
  shownKey,
} from '../text/node.js';
import type { Place } from '../text/place.js';
import type { Problems } from '../text/problems.js';
import { suggestion } from '../text/suggest.js';

/** Interface and name of a component, with their place in the file. */
export interface DeclaredEntry {
  readonly description: InterfaceDescription;
  readonly name: string;
  readonly place: Place;
  readonly path: string;
}

/** Reads the valid entries of a declaration and reports the problems of the others. */
export function readEntries(
  node: DeclarationNode | undefined,
  path: string,
  problems: Problems,
): DeclaredEntry[] {
  if (node === undefined) return [];
  if (node.kind !== 'list') {
    refuse(
      problems,
      node.place,
      path,
      `expected a list of entries, got ${got(node, false)}`,
      'begin each entry with "- interface:"',
    );
    return [];
  }
  return node.items.flatMap((item, index) => readEntry(item, pathOf(path, index), problems) ?? []);
}

function readEntry(node: DeclarationNode, path: string, problems: Problems): DeclaredEntry | undefined {
  if (node.kind !== 'map') {
    const hint = 'write interface: and, for a named entry, name:';
    refuse(problems, node.place, path, `expected an entry, got ${got(node, false)}`, hint);
    return undefined;
  }
  for (const pair of node.pairs) {
    if (pair.key !== 'interface' && pair.key !== 'name') refuseKey(pair, path, problems);
  }
  const name = readName(childNode(node, 'name'), pathOf(path, 'name'), problems);
  const description = readInterface(node, pathOf(path, 'interface'), problems);
  return description && { description, name, place: node.place, path };
}

function readName(node: DeclarationNode | undefined, path: string, problems: Problems): string {
  if (node === undefined) return '';
  if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
  const isBare = node.kind === 'scalar' && node.value !== null;
  const hint = isBare
    ? 'a name that looks like a number or a boolean must be quoted'
    : 'omit it for the default entry';
  refuse(problems, node.place, path, `expected a name, got ${got(node, false)}`, hint);
  return '';
}

function readInterface(entry: MapNode, path: string, problems: Problems): InterfaceDescription | undefined {
  const node = childNode(entry, 'interface');
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') {
    const message = `expected the name of an interface, got ${got(node, false)}`;
    refuse(problems, node?.place ?? entry.place, path, message, suggestedKey(entry, 'interface'));
    return undefined;
  }
  const description = describeInterface(PORTS.get(node.value) ?? node.value);
  if (description === undefined && !node.value.includes('${')) {
    const known = interfaceNames();
    const hint = suggestion(node.value, known) ?? `known interfaces: ${known.join(', ')}`;
    const message = `expected an interface, got ${got(node, false)}`;
    problems.add({ code: 'E_INTERFACE_UNKNOWN', place: node.place, path, message, hint });
  }
  return description;
}

function refuseKey({ key, keyPlace, value }: MapPair, path: string, problems: Problems): void {
  const message = `expected interface or name, got ${shownKey(key)} with ${got(value, true)}`;
  refuse(problems, keyPlace, pathOf(path, key), message, suggestion(key, ['interface', 'name']));
}

/** Suggests a key in place of a misspelt one of the map. */
export function suggestedKey(node: MapNode, key: string): string | undefined {
  const misspelt = node.pairs.find((pair) => suggestion(pair.key, [key]) !== undefined);
  return misspelt && `did you mean ${key} instead of ${shownKey(misspelt.key)}?`;
}

function refuse(problems: Problems, place: Place, path: string, message: string, hint?: string): void {
  problems.add({ code: 'E_CONFIG_SCHEMA', place, path, message, hint });
}
