import { ConfigurationError, ResolutionError } from '../../../interfaces/errors.js';
import { DeclarationFile } from '../../site/load-part.js';
import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { commandFailure } from '../frame/failure.js';
import { importFirst } from '../frame/file-of.js';

/** Checks files with the messages of the loader, all of them even if the first is wrong. */
export async function validateCommand(call: Call): Promise<number> {
  const { args, streams } = call;
  await importFirst(call);
  let exit: number = EXIT.done;
  for (const file of args) {
    try {
      const { classes, entries } = await DeclarationFile.read(file);
      const counted = `components: ${classes.length}, entries: ${entries.length}`;
      await streams.record(
        { file, valid: true, components: classes.length, entries: entries.length },
        `${file}: valid, ${counted}`,
      );
    } catch (error) {
      if (!ConfigurationError.is(error) && !ResolutionError.is(error)) throw error;
      exit = EXIT.configuration;
      const { code, message } = commandFailure(error);
      const issues = ConfigurationError.is(error) ? error.issues : [{ source: file, message }];
      await streams.text({ file, valid: false, code, issues }, message);
    }
  }
  return exit;
}
