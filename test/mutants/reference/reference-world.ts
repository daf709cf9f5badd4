import { ManualClock } from '../../support/time/manual-clock.js';

export interface ReferenceEntry {
  readonly bytes: Uint8Array;
  expiresAt: number;
}

export interface ReferenceToken {
  readonly token: string;
  expiresAt: number;
}

/** World that neighbouring stores share: the server that they pretend to talk to. */
export class ReferenceWorld {
  readonly clock = new ManualClock();
  readonly entries = new Map<string, ReferenceEntry>();
  /** Fences, generations and leases, by kind, a bar, and the whole name of what they belong to. */
  readonly tokens = new Map<string, ReferenceToken>();
  readonly journal: string[][] = [];
  /** Whole names in parts that fail. */
  readonly broken = new Set<string>();
}

/** Bytes of a text as one character each, so that patterns work on bytes. */
export function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A Redis glob as a regular expression over bytes. */
export function globRegExp(pattern: string): RegExp {
  const glob = latin1(pattern);
  let source = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] as string;
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\') source += literal(glob[++at] ?? '\\');
    else if (character === '[') {
      const [set, end] = classAt(glob, at + 1);
      source += set;
      at = end;
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, 's');
}

function classAt(glob: string, start: number): [source: string, end: number] {
  let at = start;
  const negated = glob[at] === '^';
  if (negated) at += 1;
  let set = '';
  for (; at < glob.length && glob[at] !== ']'; at += 1) {
    if (glob[at] === '\\' && at + 1 < glob.length) set += literal(glob[++at] as string);
    else if (glob[at + 1] === '-' && at + 2 < glob.length) {
      const [low, high] = [glob[at] as string, glob[at + 2] as string].sort() as [string, string];
      set += `${literal(low)}-${literal(high)}`;
      at += 2;
    } else set += literal(glob[at] as string);
  }
  if (set === '') return [negated ? '.' : '(?!)', at];
  return [`[${negated ? '^' : ''}${set}]`, at];
}

function literal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
