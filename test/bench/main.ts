import { parseArgs } from 'node:util';
import { codec, codecs } from './codecs/codecs.js';
import { coordination, queues } from './coordination/coordination.js';
import { coordinationLoad } from './coordination/coordination-load.js';
import { child, footprint } from './footprint.js';
import { hitRatio } from './hit-ratio.js';
import { importing } from './import.js';
import { keyValue } from './key-value.js';
import { memoryCache, read } from './memory-cache.js';
import { outage } from './outage.js';
import { outageLoad } from './outage-load.js';
import { redisCache } from './redis-cache.js';
import { redisLoad } from './redis-load.js';
import { speed } from './speed.js';
import { tier, tiers } from './tiers.js';
import { typedCache } from './typed-cache.js';
import { hit } from './typed-hits.js';
import { stampede } from './typed-stampede.js';

const OUTAGE_S = 60;
const CAPACITIES = [1_000, 10_000, 100_000];

/**
 * `npm run bench`, or `npm run bench -- redis` for one of them; `codecs`, `hit-ratio` and `outage` only on
 * request. `npm run bench -- outage 5` makes the outages as short as 5 seconds; `npm run bench -- codecs hostile` runs
 * one of four parts: `speed`, `hits`, `fidelity`, `hostile`; the first two accept the name of a value too.
 */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  import: importing,
  memory: memoryCache,
  eviction: () => speed(CAPACITIES),
  footprint,
  redis: redisCache,
  typed: typedCache,
  'key-value': keyValue,
  coordination,
  queues,
  tiers,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { traces: { type: 'string' } },
});
const [first] = positionals;
if (first === 'child') await child(positionals.slice(1));
else if (first === 'read') await read(positionals.slice(1));
else if (first === 'redis-load') await redisLoad(positionals.slice(1));
else if (first === 'coordination-load') await coordinationLoad(positionals.slice(1));
else if (first === 'outage-load') await outageLoad(positionals.slice(1));
else if (first === 'hit') await hit(positionals.slice(1));
else if (first === 'tier') await tier(positionals.slice(1));
else if (first === 'codec') await codec(positionals.slice(1));
else if (first === 'stampede') await stampede(positionals.slice(1));
else if (first === 'hit-ratio') await hitRatio(values.traces);
else if (first === 'codecs') await codecs(positionals[1], positionals[2]);
else if (first === 'outage') await outage(Number(positionals[1] ?? OUTAGE_S));
else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
    const bench = BENCHES[name];
    if (bench === undefined) {
      console.error(
        `no benchmark ${name}; there are ${Object.keys(BENCHES).join(', ')} codecs hit-ratio and outage`,
      );
      process.exit(2);
    }
    console.log(`\n# ${name}, Node ${process.version}`);
    await bench();
  }
}
