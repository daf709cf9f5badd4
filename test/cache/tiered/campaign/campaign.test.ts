import { describe, expect, it } from 'vitest';
import { Campaign, type CampaignOptions } from './campaign.js';
import { check } from './checker.js';

const MINUTES = Number(process.env.TEST_CAMPAIGN_MINUTES ?? 0);
const IS_CAMPAIGN = MINUTES > 0;
const SEED = Number(process.env.TEST_CAMPAIGN_SEED ?? 1);
const COHERENCE = (process.env.TEST_CAMPAIGN_COHERENCE ?? 'bus') as CampaignOptions['coherence'];
const STALENESS_MS = 1000;
const COMMAND_TIMEOUT_MS = 500;
/** Time that a busy machine may take before it runs a process again. */
const SCHEDULING_MS = 1000;

describe('tiered caches of several processes', { timeout: (MINUTES + 3) * 60_000 }, () => {
  it('no process reads older than the bound, whatever happens to streams, servers and processes', async () => {
    const campaign = new Campaign({
      nodes: 3,
      seed: SEED,
      minutes: MINUTES,
      coherence: COHERENCE,
      stalenessMs: STALENESS_MS,
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
    });
    const { breaches, ...figures } = check(await campaign.run(), {
      stalenessMs: STALENESS_MS,
      slackMs: 250,
      callMs: COMMAND_TIMEOUT_MS + SCHEDULING_MS,
      settleMs: 800,
      hotShare: 0.95,
    });
    const summary = `seed ${SEED}, ${COHERENCE}: ${JSON.stringify(figures)}`;
    if (IS_CAMPAIGN) process.stdout.write(`${summary}\n`);
    expect(Object.fromEntries(breaches), summary).toEqual({});
  });
});
