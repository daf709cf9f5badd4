import { parseArgs } from 'node:util';
import { child, footprint } from './footprint.js';
import { hitRatio } from './hit-ratio.js';
import { importing } from './import.js';
import { memoryCache, read } from './memory-cache.js';
import { redisCache } from './redis-cache.js';
import { speed } from './speed.js';
import { typedCache } from './typed-cache.js';
import { hit } from './typed-hits.js';
import { stampede } from './typed-stampede.js';

const CAPACITIES = [1_000, 10_000, 100_000];

/** `npm run bench`, or `npm run bench -- redis` for one of them; `hit-ratio` only when it is asked for. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  import: importing,
  memory: memoryCache,
  eviction: () => speed(CAPACITIES),
  footprint,
  redis: redisCache,
  typed: typedCache,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { traces: { type: 'string' } },
});
const [first] = positionals;
if (first === 'child') await child(positionals.slice(1));
else if (first === 'read') await read(positionals.slice(1));
else if (first === 'hit') await hit(positionals.slice(1));
else if (first === 'stampede') await stampede(positionals.slice(1));
else if (first === 'hit-ratio') await hitRatio(values.traces);
else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
    const bench = BENCHES[name];
    if (bench === undefined) {
      console.error(`no benchmark ${name}; there are ${Object.keys(BENCHES).join(', ')} and hit-ratio`);
      process.exit(2);
    }
    console.log(`\n# ${name}, Node ${process.version}`);
    await bench();
  }
}
