import type { Duration } from '../../../interfaces/duration.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import { SilentLoggerSite } from '../../foundation/logger/silent-logger-site.js';
import { ComponentSite } from '../../site/component-site.js';
import { runTasks } from '../../site/tasks/run-tasks.js';
import { type Call, textOption } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';

/** Runs the steps of a file; functions of an application are not available. */
export async function runCommand(call: Call): Promise<number> {
  const [file = ''] = call.args;
  const inputs = Object.fromEntries(((call.options.input ?? []) as string[]).map(inputOf));
  const timeout = textOption(call, 'timeout') as Duration | undefined;
  const site = new ComponentSite();
  site.registerComponent(ILoggerSite, new SilentLoggerSite());
  try {
    const { success, outputs, steps } = await runTasks(
      site,
      { file },
      { inputs, env: call.env, signal: call.signal, ...(timeout !== undefined && { timeout }) },
    );
    const reports = steps.map(({ cause: _cause, ...report }) => report);
    const lines = reports.map(({ id, status, message }) => `${id}: ${message ?? status}`);
    await call.streams.text({ success, outputs, steps: reports }, lines.join('\n'));
    return success ? EXIT.done : EXIT.no;
  } finally {
    await site.close();
  }
}

function inputOf(written: string): [string, string] {
  const at = written.indexOf('=');
  if (at > 0) return [written.slice(0, at), written.slice(at + 1)];
  throw new UsageError('expected --input as name=value, got a word without =');
}
