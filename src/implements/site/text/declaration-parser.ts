import type { Event } from 'js-yaml';
import type { DeclarationNode } from './node.js';
import { NOWHERE, TextPlaces } from './place.js';
import type { Problems } from './problems.js';
import { MAX_TEXT_BYTES, type Syntax, tooLong } from './read.js';
import { buildTree, MAX_DEPTH } from './tree.js';

/**
 * Parses a text of declarations: JSON, or YAML without aliases, merge keys and explicit tags.
 *
 * Problems are worded here: the errors of the YAML parser quote the text, which may hold secrets.
 *
 * @throws {ConfigurationError} `E_CONFIG_SYNTAX` with all problems found.
 */
export async function parseDeclarations(
  text: string,
  syntax: Syntax,
  problems: Problems,
): Promise<DeclarationNode> {
  const tree = await parseTree(text, syntax, problems);
  if (tree !== undefined) return tree;
  const message = 'expected a list of declarations, got an empty text';
  problems.add({ code: 'E_CONFIG_SYNTAX', place: NOWHERE, path: '', message });
  throw problems.error();
}

/** Parses a text, as declarations are parsed. @returns `undefined` for an empty one. */
export async function parseTree(
  text: string,
  syntax: Syntax,
  problems: Problems,
): Promise<DeclarationNode | undefined> {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEXT_BYTES) throw tooLong(problems.source, bytes);
  const content = text.replace(/^\uFEFF/, '');
  const places = new TextPlaces(content);
  const refusal = (message: string, offset?: number, hint?: string) => {
    const place = offset === undefined ? NOWHERE : places.at(offset);
    problems.add({ code: 'E_CONFIG_SYNTAX', place, path: '', message, hint });
    return problems.error();
  };

  const wrong = syntax === 'json' ? (await import('./json-syntax.js')).jsonErrorOffset(content) : undefined;
  if (wrong !== undefined && content.trim() !== '') {
    const got = wrong === content.length ? 'unexpected end of the text' : 'unexpected character';
    throw refusal(`invalid JSON: ${got}`, wrong);
  }
  const yaml = await import('js-yaml');
  let events: Event[];
  try {
    events = yaml.parseEvents(content, { maxDepth: MAX_DEPTH });
  } catch (error) {
    const { reason = 'the parser failed', mark } = error as { reason?: string; mark?: { position: number } };
    if (reason.startsWith('nesting exceeded')) {
      throw refusal(`expected at most ${MAX_DEPTH} levels, got more`, mark?.position);
    }
    const { yamlHint } = await import('./yaml-hint.js');
    const hint = mark === undefined ? undefined : yamlHint(content, mark.position);
    throw refusal(`invalid YAML: ${withoutQuotations(reason)}`, mark?.position, hint);
  }
  if (events.length === 0) return undefined;
  const tree = buildTree(events, { yaml, text: content, places, problems });
  problems.throwIfAny();
  return tree;
}

/** Removes the quotation of the text with which some reasons of the parser end. */
function withoutQuotations(reason: string): string {
  return reason.replace(/(?:: | ").*$/s, '');
}
