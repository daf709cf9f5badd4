// Starts a campaign of a given time and seed: node simulate.js --minutes 30 --seed 7 --coherence tracking
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    coherence: { type: 'string', default: 'bus' },
  },
});
const env = {
  ...process.env,
  TEST_CAMPAIGN_MINUTES: values.minutes,
  TEST_CAMPAIGN_SEED: values.seed,
  TEST_CAMPAIGN_COHERENCE: values.coherence,
};
const { status } = spawnSync('npx', ['vitest', 'run', 'test/cache/tiered/campaign'], {
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
