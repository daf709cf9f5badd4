import { mayHoldKey } from '../../foundation/options/pem.js';
import type { DeclarationNode, ScalarNode } from './node.js';

const MAX_SHOWN = 60;
const SECRET_NAME = /pass(?:word|wd|phrase)?$|pwd|secret|token|credential|api_?-?key|private_?-?key/i;

/** Describes a value of the file, in words that can follow "got". */
export function got(node: DeclarationNode | undefined, hidden: boolean): string {
  if (node === undefined) return 'nothing';
  if (node.kind === 'list') return `a list of ${node.items.length}`;
  if (node.kind === 'map') return 'a map';
  if (node.value === null) return 'nothing';
  if (hidden || node.variables !== undefined) {
    return `${withoutValue(node.value)}${origin(node)}${endsInLineBreak(node) ? ' that ends in a line break' : ''}`;
  }
  if (typeof node.value === 'string' && mayHoldKey(node.value)) return lengthOf(node.value);
  return typeof node.value === 'string' ? quoted(node.value) : String(node.value);
}

/** `true` for text of a variable that ends in a line break, as files of secrets often do: nobody means it. */
export function endsInLineBreak({ value, variables }: ScalarNode): boolean {
  return variables !== undefined && typeof value === 'string' && /[\r\n]$/.test(value);
}

/** Guesses from its name that an option holds a secret: the last resort where no schema says so. */
export function soundsSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

function withoutValue(value: string | number | boolean): string {
  return typeof value === 'string' ? lengthOf(value) : `a ${typeof value}`;
}

function lengthOf({ length }: string): string {
  return length === 1 ? 'a string of 1 character' : `a string of ${length} characters`;
}

function origin({ variables = [] }: ScalarNode): string {
  return variables.length === 0 ? '' : ` from ${variables.map((name) => `\${env.${name}}`).join(' and ')}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
