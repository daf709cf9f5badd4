import type { Streams } from './streams.js';

/** Values of the options of a command, as commander names them. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** A call of a command. */
export interface Call {
  readonly args: readonly string[];
  readonly options: OptionValues;
  readonly streams: Streams;
  /** Aborts with the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of this package. */
  readonly home: URL;
}

/** Runs a command, and returns its exit code. */
export type CommandRun = (call: Call) => Promise<number>;

/** Text of an option. */
export function textOption({ options }: Call, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
