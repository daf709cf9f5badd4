const TOKEN =
  /[ \t\r\n]*(?:([[\]{},:])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/** Token that may come next; `first` is right after an opening bracket, which may close at once. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end';

/**
 * Finds the offset of the first character that is not JSON; `undefined` for valid JSON.
 *
 * `JSON.parse` reports it in some of its messages only, and quotes the text there.
 */
export function jsonErrorOffset(text: string): number | undefined {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  while (true) {
    const start = offset + leadingSpace(text, offset);
    if (start === text.length) return expected === 'end' ? undefined : start;
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    if (match === null) return start;
    const next = advance(expected, match[1] ?? (match[2] === undefined ? 'scalar' : 'string'), open);
    if (next === undefined) return start;
    expected = next;
    offset = TOKEN.lastIndex;
  }
}

/** Returns what may follow a token, `undefined` for a token in the wrong place. Updates the list of open brackets. */
function advance(expected: Expected, token: string, open: ('[' | '{')[]): Expected | undefined {
  const after = (): Expected => (open.length === 0 ? 'end' : 'comma');
  const close = (bracket: '[' | '{'): Expected | undefined => {
    if (open.at(-1) !== bracket) return undefined;
    open.pop();
    return after();
  };
  switch (expected) {
    case 'first value':
    case 'value':
      if (token === ']' && expected === 'first value') return close('[');
      if (token === '[' || token === '{') {
        open.push(token);
        return token === '[' ? 'first value' : 'first key';
      }
      return token === 'string' || token === 'scalar' ? after() : undefined;
    case 'first key':
    case 'key':
      if (token === '}' && expected === 'first key') return close('{');
      return token === 'string' ? 'colon' : undefined;
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'comma':
      if (token === ',') return open.at(-1) === '[' ? 'value' : 'key';
      return token === ']' ? close('[') : token === '}' ? close('{') : undefined;
    case 'end':
      return undefined;
  }
}

function leadingSpace(text: string, offset: number): number {
  let length = 0;
  while (' \t\r\n'.includes(text[offset + length] ?? 'x')) length++;
  return length;
}
