#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { main } from './implements/cli/main.js';

const home = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8')) as { version: string };
const over = new AbortController();
process.once('SIGINT', () => {
  over.abort();
  // The second one ends the process at once, as without a handler.
});
// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), {
  streams: process,
  env: process.env,
  home,
  version,
  signal: over.signal,
});
