const QUOTE_IT = 'quote the value, as in prefix: "app:"';
const NO_ESCAPE = "in double quotes a backslash begins an escape; use single quotes, as in path: 'C:\\x'";
const NO_TABS = 'indent with spaces; YAML allows no tabs there';
const CLOSE_IT = 'close what a bracket or a brace begins, as in entries: [{ interface: ICache }]';
const CLOSE_QUOTES = 'close the quotes, as in prefix: "app:"';
const SPACE = 'a key is followed by a colon and a space, as in port: 6379';

/** A key and its plain value, as far as a line shows them. */
const PAIR = /^[\s-]*[\w$.-]+\s*:\s+(?<value>[^\s"'].*)$/;

/**
 * Finds a likely slip on the line at which a YAML parser gave up, and the way to write it.
 *
 * @returns A hint without any part of the text, which may be secret; `undefined` when nothing looks familiar.
 */
export function yamlHint(text: string, offset: number): string | undefined {
  const [line, before] = linesAt(text, offset);
  if (/^ *\t/.test(line)) return NO_TABS;
  if (/:\s*"[^"]*\\[^"\\/abefnrtuvx0NLP_ ]/.test(line) || /:\s*"[^"]*\\[xuU](?![\da-fA-F]{2})/.test(line)) {
    return NO_ESCAPE;
  }
  for (const one of [line, before]) {
    if (/:\s+(?:"(?:[^"\\]|\\.)*|'(?:[^']|'')*)$/.test(one)) return CLOSE_QUOTES;
    const value = PAIR.exec(one)?.groups?.value;
    if (value === undefined) continue;
    if (/^[[{]/.test(value) && isOpen(value)) return CLOSE_IT;
    // Indicators that begin no plain text, a colon that ends it or stands before a space, and text after a bracket.
    if (/^[@`%,\]}]|^[^[{].*:(?:\s|$)|^[[{].*[\]}]\s*[^\s#,\]}]/.test(value)) return QUOTE_IT;
  }
  return /^[\s-]*[\w$.-]+:[^\s/]/.test(line) ? SPACE : undefined;
}

/** `true` for brackets and braces that the text does not close; those in quotes are text. */
function isOpen(value: string): boolean {
  const bare = value.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '').replace(/\s#.*$/, '');
  return (bare.match(/[[{]/g)?.length ?? 0) > (bare.match(/[\]}]/g)?.length ?? 0);
}

/** The line of an offset, and the one before it, where some slips begin. */
function linesAt(text: string, offset: number): readonly [line: string, before: string] {
  const lines = text.slice(0, offset).split(/\r\n|[\r\n]/);
  const [rest = ''] = text.slice(offset).split(/[\r\n]/, 1);
  return [`${lines.at(-1)}${rest}`, lines.at(-2) ?? ''];
}
