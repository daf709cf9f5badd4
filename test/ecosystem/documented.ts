import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { regionsOf } from '../house/regions.js';
import { ROOT } from '../house/source-tree.js';

/** The function in a region of an example, as the pages show it; it is given what the example imports. */
export function documentedFunction<T>(
  example: string,
  region: string,
  name: string,
  imports: Readonly<Record<string, unknown>>,
): T {
  const source = regionsOf(readFileSync(join(ROOT, 'examples', example), 'utf8')).get(region) ?? '';
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return new Function(...Object.keys(imports), `${outputText}; return ${name};`)(
    ...Object.values(imports),
  ) as T;
}
