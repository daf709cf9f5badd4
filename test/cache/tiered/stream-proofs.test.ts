import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { ChangeListener } from '../../../src/implements/cache/change-feed.js';
import { StreamBeats, StreamProofs } from '../../../src/implements/cache/stream-proofs.js';

/** Streams whose listener writes down all that it hears. */
function followed(): { readonly streams: StreamProofs; heard(): string[] } {
  const heard: string[] = [];
  const listener: ChangeListener = {
    onGap: (cause) => heard.push(`gap ${cause}`),
    onStanding: () => heard.push('standing'),
    onProof: (sentAt) => heard.push(`proof ${sentAt}`),
    onChange: () => undefined,
    onEverything: () => undefined,
  };
  return { streams: new StreamProofs(listener), heard: () => heard.splice(0) };
}

describe('streams of changes', () => {
  it('several streams stand when each of them does, and prove the oldest of their proofs', () => {
    const { streams, heard } = followed();
    streams.need(['a', 'b']);
    streams.stand('a');
    streams.prove('a', 10);
    assert.deepEqual(heard(), []);
    streams.stand('b');
    streams.prove('b', 7);
    streams.prove('b', 20);
    assert.deepEqual(heard(), ['standing', 'proof 7', 'proof 10']);
  });

  it('a stream that ends is a gap, and proves nothing until all stand again', () => {
    const { streams, heard } = followed();
    streams.need(['a', 'b']);
    streams.stand('a');
    streams.stand('b');
    heard();
    streams.end('a', 'link');
    streams.prove('a', 10);
    streams.prove('b', 10);
    assert.deepEqual(heard(), ['gap link']);
    streams.stand('a');
    assert.deepEqual(heard(), ['standing']);
    streams.prove('a', 12);
    assert.deepEqual(heard(), ['proof 10']);
  });

  it('a new master is a gap until its stream stands, and the age of the map bounds the proof', () => {
    const { streams, heard } = followed();
    streams.proveMap(5);
    streams.need(['a']);
    streams.stand('a');
    streams.prove('a', 9);
    assert.deepEqual(heard(), ['standing', 'proof 5']);
    streams.need(['a', 'b']);
    streams.need(['a', 'b']);
    assert.deepEqual(heard(), ['gap map']);
    streams.stand('b');
    assert.deepEqual(heard(), ['standing']);
  });

  it('an answer of a stream whose pushes lag proves the beat before it', () => {
    const [prompt, lagging] = [new StreamBeats(false), new StreamBeats(true)];
    const proofs = [prompt, lagging].map((beats) =>
      [1, 2, 3].map((at) => {
        beats.sent(at);
        return beats.answered();
      }),
    );
    assert.deepEqual(proofs, [
      [1, 2, 3],
      [undefined, 1, 2],
    ]);
  });
});
