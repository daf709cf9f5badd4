import type { Place } from './place.js';

/** A value of a declaration file, with its place. */
export type DeclarationNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** Text of a number or a boolean in the file, such as `1.10`. */
  readonly source?: string;
  /** Set where `${…}` was replaced: the string as written in the file, and the variables in it. */
  readonly written?: string;
  readonly variables?: readonly string[];
  /** Parts of the value in order: literal text, and values of variables or their defaults. */
  readonly pieces?: readonly Piece[];
}

/** Part of a string in which `${…}` was replaced. */
export interface Piece {
  readonly text: string;
  readonly isVariable: boolean;
}

interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly DeclarationNode[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  readonly pairs: readonly MapPair[];
}

export interface MapPair {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: DeclarationNode;
}

/** Finds the node under a key or at an index. */
export function childNode(node: DeclarationNode | undefined, key: PropertyKey): DeclarationNode | undefined {
  if (node?.kind === 'list') return node.items[Number(key)];
  if (node?.kind === 'map') return node.pairs.find((pair) => pair.key === key)?.value;
  return undefined;
}

/** Appends a step to a path: `[0].tls` and `ca` give `[0].tls.ca`. */
export function pathOf(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return parent === '' ? shownKey(key) : `${parent}.${shownKey(key)}`;
}

/** A key for messages: only what looks like a name is shown, because a typo can make a password part of a key. */
export function shownKey(key: string): string {
  return /^[A-Za-z_$][\w$.-]{0,40}$/.test(key) ? key : `<a key of ${key.length} characters>`;
}
