import { Command, CommanderError } from 'commander';
import { COMMANDS, type CommandSpec } from './commands.js';
import type { OptionValues } from './frame/call.js';
import { EXIT } from './frame/exit-code.js';
import { refuseSecrets } from './frame/secrets.js';
import type { StandardStreams } from './frame/streams.js';
import { UsageError } from './frame/usage-error.js';

/** Process that runs the command line. */
export interface CommandProcess {
  readonly streams: StandardStreams;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of this package. */
  readonly home: URL;
  readonly version: string;
  /** Aborts with the first Ctrl-C. */
  readonly signal: AbortSignal;
}

const HELP = `
Examples:
  $ inversify-cache validate config/*.yml
  $ inversify-cache get user:7 -f cache.yml -c Redis

Exit codes: 0 done, 1 the answer is no, 2 usage, 3 invalid declarations, 4 server unreachable or refused,
5 partly done, 70 a bug, 130 interrupted.`;

/**
 * Runs a command line.
 *
 * @param words  Arguments without the program.
 * @returns The exit code; errors were written.
 */
export async function main(words: readonly string[], around: CommandProcess): Promise<number> {
  try {
    refuseSecrets(words);
    let exit: number = EXIT.done;
    const program = programOf(around, async (work) => {
      exit = await work;
    });
    if (words.length === 0) {
      around.streams.stderr.write(`${program.helpInformation()}${HELP}\n`);
      return EXIT.usage;
    }
    await program.parseAsync([...words], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (around.signal.aborted) return EXIT.interrupted;
    const { commandFailure } = await import('./frame/failure.js');
    const failure = commandFailure(error instanceof CommanderError ? usageError(error) : error);
    const { Streams } = await import('./frame/streams.js');
    const output = { json: words.includes('--json'), quiet: false, asks: false };
    await new Streams(around.streams, output).failure(failure);
    return failure.exit;
  }
}

function programOf(around: CommandProcess, ran: (exit: Promise<number>) => Promise<void>): Command {
  const program = new Command('inversify-cache')
    .description('Checks declarations of caches, and looks after what they declare.')
    .version(around.version)
    .option('--json', 'data and errors as JSON, one object a line')
    .option('-q, --quiet', 'nothing but data and errors')
    .option('--no-input', 'ask nothing: a question is an error')
    .showSuggestionAfterError()
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.streams.stdout.write(text),
      writeErr: () => undefined, // Errors are worded where they are caught.
    });
  for (const spec of COMMANDS) add(program, spec, around, ran);
  return program;
}

function add(
  program: Command,
  spec: CommandSpec,
  around: CommandProcess,
  ran: (exit: Promise<number>) => Promise<void>,
): void {
  const command = program
    .command(spec.usage)
    .description(spec.summary)
    .addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}`);
  for (const [flags, description] of spec.options ?? []) command.option(flags, description);
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, -2).flatMap((arg) => (arg === undefined ? [] : (arg as string | string[])));
    const options: OptionValues = command.opts();
    const { json, quiet, input } = program.opts<Record<'json' | 'quiet' | 'input', boolean | undefined>>();
    const output = { json: json === true, quiet: quiet === true, asks: input !== false };
    const { Streams } = await import('./frame/streams.js');
    const streams = new Streams(around.streams, output);
    const { env, home, signal } = around;
    await ran(spec.load().then((run) => run({ args, options, streams, signal, env, home })));
  });
}

/** Words an error of the parser as ours. */
function usageError({ code, message }: CommanderError): UsageError {
  const [first = '', second] = message.replace(/^error: /, '').split('\n');
  const hint = second?.replace(/^\((.*)\)$/, '$1');
  if (code === 'commander.help')
    return new UsageError('expected a command', 'inversify-cache --help lists them');
  return new UsageError(first, hint ?? 'inversify-cache help COMMAND shows its use');
}
