import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/** Chunks of the published package, in the order of imports: a wing is one file, whose modules load together. */
const CHUNKS: readonly (readonly [name: string, modules: RegExp])[] = [
  ['foundation', /\/src\/(?:interfaces|implements\/foundation)\//],
  ['redis', /\/src\/implements\/redis\//],
  ['cache', /\/src\/implements\/cache\/[^/]+$/],
  ['memory-cache', /\/src\/implements\/cache\/memory\//],
  ['redis-cache', /\/src\/implements\/cache\/redis\//],
  ['tiered-cache', /\/src\/implements\/cache\/tiered\//],
  ['typed-cache', /\/src\/implements\/typed-cache\//],
  ['coordination', /\/src\/implements\/coordination\//],
  ['data', /\/src\/implements\/data\//],
  ['recipes', /\/src\/implements\/recipes\//],
  ['operations', /\/src\/implements\/operations\//],
  ['adapters', /\/src\/implements\/adapters\/(?:adapter|foreign)-/],
  ['decorators', /\/src\/implements\/decorators\//],
  ['site', /\/src\/implements\/site\/(?!tasks\/)/],
  ['testing', /\/src\/implements\/testing\//],
  ['tasks', /\/src\/implements\/site\/tasks\//],
  ['cli', /\/src\/implements\/cli\//],
];

const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string | { default: string }>;
  bin: Record<string, string>;
};
const doors = Object.fromEntries(
  [...Object.values(exports), ...Object.values(bin)].flatMap((target) => {
    const file = typeof target === 'string' ? target : target.default;
    if (!/^\.\/dist\/.*\.js$/.test(file)) return [];
    const name = file.replace(/^\.\/dist\/(.*)\.js$/, '$1');
    return [[name, `src/${name}.ts`]];
  }),
);

/**
 * Bundles the published package: a door imports a few chunks instead of hundreds of modules, which is most of the time
 * of an import. Modules that the site imports on demand stay apart. Names are kept, for stack traces.
 */
export default defineConfig({
  input: doors,
  platform: 'neutral',
  external: /^[^./]/,
  tsconfig: 'tsconfig.build.json',
  transform: { target: 'es2022' },
  treeshake: { moduleSideEffects: false },
  output: {
    dir: 'dist',
    chunkFileNames: 'chunks/[name].js', // Apart from the doors, whose names they may share.
    comments: { legal: false, jsdoc: false, annotation: true },
    codeSplitting: { groups: CHUNKS.map(([name, test]) => ({ name, test, tags: ['$initial'] })) },
  },
});
