import { partsOf, type TextPart } from '../text/interpolate.js';

const REDACTED = '[redacted]';
/** Placeholder of a variable; a private-use character, which no URL contains. */
const SLOT = '\uE000';
/** Scheme and user of a URL, then its password. */
const PASSWORD = /^([^/?#]*:\/\/[^:@/]*:)(.*)(?=@)/s;

/** Reduces a secret to the variables in it; everything else is redacted. */
export function hideAll(written: string): string {
  return partsOf(written)
    .map((part) => (part.kind === 'variable' ? variable(part, true) : REDACTED))
    .join('');
}

/** Redacts the password of a URL, unless it is a variable. Any other string is returned unchanged. */
export function hidePassword(written: string): string {
  const parts = partsOf(written);
  const variables = parts.filter((part) => part.kind === 'variable');
  const skeleton = parts.map((part) => (part.kind === 'literal' ? part.text : SLOT)).join('');
  const credentialsEnd =
    skeleton.includes('://') || skeleton.startsWith(SLOT) ? skeleton.lastIndexOf('@') : -1;
  const hidden = skeleton.replace(PASSWORD, (_all, head: string, password: string) => {
    return head + (password.includes(SLOT) ? password.replace(/[^\uE000]+/g, REDACTED) : REDACTED);
  });
  let offset = -1;
  return hidden
    .split(SLOT)
    .map((literal, index) => {
      const part = variables[index];
      const text = literal.replaceAll('${', () => '$${');
      offset = skeleton.indexOf(SLOT, offset + 1);
      return part === undefined ? text : text + variable(part, offset < credentialsEnd);
    })
    .join('');
}

function variable(part: Extract<TextPart, { kind: 'variable' }>, isSecret: boolean): string {
  if (part.default === undefined) return `\${env.${part.name}}`;
  return `\${env.${part.name}:-${isSecret ? REDACTED : hidePassword(part.default)}}`;
}
