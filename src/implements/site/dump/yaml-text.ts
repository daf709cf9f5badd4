/** Values of which declarations consist. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Strings that every YAML parser reads as strings without quotes, including numbers with a unit. */
const PLAIN =
  /^(?:(?:\.\/|\/|[A-Za-z_])[\w./#@+-]*(?: [\w./@+-]+)*|\d+(?:\.\d+)?(?:ms|s|m|h|d|B|KiB|MiB|GiB))$/;
const NOT_A_TEXT = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** Writes a value as YAML in block style. */
export function writeYaml(value: PlainValue): string {
  return `${isNested(value) ? linesOf(value).join('\n') : scalarText(value)}\n`;
}

function linesOf(value: PlainValue): string[] {
  if (isList(value)) {
    return value.flatMap((item) => {
      if (!isNested(item)) return [`- ${scalarText(item)}`];
      return linesOf(item).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
    });
  }
  return Object.entries(value as { [key: string]: PlainValue }).flatMap(([key, item]) => {
    if (!isNested(item)) return [`${scalarText(key)}: ${scalarText(item)}`];
    return [`${scalarText(key)}:`, ...linesOf(item).map((line) => `  ${line}`)];
  });
}

function scalarText(value: PlainValue): string {
  if (typeof value !== 'string')
    return isList(value) ? '[]' : value === null || typeof value !== 'object' ? String(value) : '{}';
  if (PLAIN.test(value) && !NOT_A_TEXT.test(value)) return value;
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped);
}

/** Escapes everything outside ASCII: YAML does not allow some characters, and some are invisible. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function isNested(value: PlainValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
