import { createInterface } from 'node:readline/promises';
import { oneLine } from '../../foundation/one-line.js';
import type { Streams } from './streams.js';
import { UsageError } from './usage-error.js';

/** Options of a command that destroys. */
export interface Consent {
  /** Given in advance. */
  readonly yes?: boolean | undefined;
}

/**
 * Asks before something is destroyed; without a terminal the flag has to say it.
 *
 * @param what  Ends the question "Really …?".
 * @throws {UsageError} when nobody can be asked.
 */
export async function confirmed(
  streams: Streams,
  what: string,
  { yes }: Consent,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes === true) return true;
  if (!streams.asks) {
    throw new UsageError(
      `nobody can be asked whether to ${oneLine(what)}: stdin is no terminal`,
      'pass --yes',
    );
  }
  streams.prompt(`Really ${what}? [y/N] `);
  const lines = createInterface({ input: streams.stdin, terminal: false });
  try {
    const answer = await Promise.race([
      lines.question('', { signal }),
      new Promise<string>((resolve) => lines.once('close', () => resolve(''))),
    ]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
