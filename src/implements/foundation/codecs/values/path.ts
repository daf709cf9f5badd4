/** Formats a place in a value as in source code: `[3].user["first name"]`; a long path loses its middle. */
export function pathText(path: readonly (string | number)[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_$][\w$]{0,63}$/.test(step) ? `.${step}` : '["…"]';
  });
  const shown = steps.length > 12 ? [...steps.slice(0, 6), ' … ', ...steps.slice(-6)] : steps;
  const text = shown.join('');
  return text.startsWith('.') ? text.slice(1) : text;
}
