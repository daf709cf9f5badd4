import { UsageError } from './usage-error.js';

const SECRET_OPTION = /^--?(?:password|passwd|pass|secret|token|auth)(?:=|$)/i;
const SECRET_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

/**
 * Refuses a secret in an argument: every user of the machine sees it in the list of processes, and the shell keeps it.
 *
 * @throws {UsageError} which does not show it.
 */
export function refuseSecrets(words: readonly string[]): void {
  const found = words.find((word) => SECRET_OPTION.test(word) || SECRET_URL.test(word));
  if (found === undefined) return;
  const what = SECRET_URL.test(found) ? 'a URL with a password' : 'a password';
  throw new UsageError(
    `expected no secret in an argument, got ${what}: others see it in the list of processes`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a declaration
    'declare it as ${env.NAME} in the file, and set that variable',
  );
}
