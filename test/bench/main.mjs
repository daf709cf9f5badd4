import { benchImport } from './import.mjs';
import { benchMemoryCache } from './memory-cache.mjs';
import { benchRedisCache } from './redis-cache.mjs';

const BENCHES = { import: benchImport, memory: benchMemoryCache, redis: benchRedisCache };

/** `npm run bench`, or `npm run bench -- memory redis` for some of them. */
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
for (const name of wanted) {
  const bench = BENCHES[name];
  if (bench === undefined) {
    console.error(`no benchmark ${name}; there are: ${Object.keys(BENCHES).join(', ')}`);
    process.exit(2);
  }
  console.log(`\n# ${name} (Node ${process.version})`);
  await bench();
}
