import { partsOf, type TextPart } from '../text/interpolate.js';

const REDACTED = '[redacted]';
/** Stands for a variable while the rest of a text is looked at; a private character, which no URL holds. */
const SLOT = '\uE000';
/** Scheme and user of a URL, then its password. */
const PASSWORD = /^([^/?#]*:\/\/[^:@/]*:)(.*)(?=@)/s;

/** A secret as the variables that it came from; everything else in it is redacted. */
export function hideAll(written: string): string {
  return partsOf(written)
    .map((part) => (part.kind === 'variable' ? variable(part, true) : REDACTED))
    .join('');
}

/** A text in which the password of a URL is redacted, unless it is a variable. Any other text stays as it is. */
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
