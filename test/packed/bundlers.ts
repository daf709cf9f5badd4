import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { tools } from './tools.js';

/** One bundle to make. */
export interface BundleOrder {
  readonly entry: string;
  /** File of the bundle; `.mjs` is an ES module, `.cjs` is CommonJS. */
  readonly file: string;
  /** Packages that are left out. */
  readonly external?: readonly string[];
  /** Code in front of the bundle. */
  readonly banner?: string;
}

interface EsbuildWarning {
  readonly text: string;
  readonly location?: { readonly file: string };
}

/** Warning or error of webpack. */
interface WebpackProblem {
  readonly moduleName?: string;
  readonly message: string;
}

/** Makes a bundle, and returns the warnings, each with the module that it is about. */
export type Bundler = (order: BundleOrder) => Promise<string[]>;

/** Bundlers by name, all but rolldown installed for these tests only. */
export const BUNDLERS = {
  esbuild: async (order) => {
    const { build } = await tool('esbuild');
    const { warnings } = await build({
      ...{ entryPoints: [order.entry], outfile: order.file, bundle: true, minify: true },
      ...{ platform: 'node', format: isModule(order) ? 'esm' : 'cjs' },
      ...{ external: order.external, banner: { js: order.banner ?? '' }, logLevel: 'silent' },
    });
    return warnings.map(({ text, location }: EsbuildWarning) => `${location?.file}: ${text}`);
  },
  rollup: async (order) => {
    const plugins: unknown[] = [];
    for (const name of ['node-resolve', 'commonjs', 'json']) {
      const plugin = await tool(`@rollup/plugin-${name}`);
      plugins.push((plugin.default ?? plugin)());
    }
    const { rollup } = await tool('rollup');
    return rolled(rollup, order, { plugins });
  },
  rolldown: (order) => rolled(rolldown, order, { platform: 'node' }),
  webpack: async (order) => {
    const webpack = await tool('webpack');
    const type = isModule(order) ? 'module' : 'commonjs2';
    const options = {
      ...{ mode: 'production', target: 'node20', entry: order.entry },
      // The bundles of esbuild show that minified code works, in a tenth of the time.
      optimization: { minimize: false },
      experiments: { outputModule: isModule(order) },
      externals: order.external?.map((name) => ({
        [name]: `${isModule(order) ? 'import' : 'commonjs'} ${name}`,
      })),
      output: { path: dirname(order.file), filename: basename(order.file), library: { type } },
    };
    const report = await new Promise<{ warnings: WebpackProblem[]; errors: WebpackProblem[] }>(
      (resolve, reject) => {
        webpack(options, (error: Error | null, stats: { toJson(): never }) => {
          if (error === null) resolve(stats.toJson());
          else reject(error);
        });
      },
    );
    if (report.errors.length > 0) throw new Error(report.errors.map(({ message }) => message).join('\n'));
    return report.warnings.map(({ moduleName, message }) => `${moduleName}: ${message}`);
  },
} satisfies Readonly<Record<string, Bundler>>;

function isModule({ file }: BundleOrder): boolean {
  return file.endsWith('.mjs');
}

/** Bundles with rollup, or with rolldown, which has the same interface. */
async function rolled(bundle: typeof rolldown, order: BundleOrder, options: object): Promise<string[]> {
  const warnings: string[] = [];
  const made = await bundle({
    ...{ input: order.entry, external: [/^node:/, ...(order.external ?? [])] },
    onLog: (level, { id, ids, loc, message }) => {
      if (level === 'warn') warnings.push(`${[id, ...(ids ?? []), loc?.file].join(' ')}: ${message}`);
    },
    ...options,
  });
  await made.write({
    ...{ dir: dirname(order.file), entryFileNames: basename(order.file), banner: order.banner ?? '' },
    ...{ format: isModule(order) ? 'es' : 'cjs', chunkFileNames: `[name]${order.file.slice(-4)}` },
  });
  return warnings;
}

/** A package of the tools, whose types are not ours to check. */
async function tool(name: string) {
  return createRequire(join(await tools(), 'any'))(name);
}
