import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { RunningStream } from '../../../src/implements/recipes/llm-cache/running-stream.js';
import { eventually } from '../../support/time/eventually.js';

describe('RunningStream', () => {
  it('a stream above its bound that nobody reads is given up, and its source is closed', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<string> {
      try {
        for (;;) yield 'a chunk above the bound';
      } finally {
        isClosed = true;
      }
    }
    const stream = new RunningStream<string>(10, () => undefined);
    assert.equal(await stream.pump(source(), new AbortController().signal), undefined);
    await eventually('the source is closed', () => isClosed);
  });
});
