import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { servicesWith } from '../../contract/decorators/services.js';

const SOURCE = new URL('../../contract/decorators/services.ts', import.meta.url);

export type Protocol = 'legacy' | 'standard';

const builds = new Map<Protocol, Promise<typeof servicesWith>>();

/** Compiles the services for one protocol of decorators; the test runner itself knows the legacy one only. */
export function buildOf(protocol: Protocol): Promise<typeof servicesWith> {
  const known = builds.get(protocol) ?? build(protocol);
  builds.set(protocol, known);
  return known;
}

async function build(protocol: Protocol): Promise<typeof servicesWith> {
  const { outputText } = ts.transpileModule(readFileSync(SOURCE, 'utf8'), {
    compilerOptions: {
      experimentalDecorators: protocol === 'legacy',
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      useDefineForClassFields: true,
    },
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`;
  const module = (await import(/* @vite-ignore */ url)) as { readonly servicesWith: typeof servicesWith };
  return module.servicesWith;
}
