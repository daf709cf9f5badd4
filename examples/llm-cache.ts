/** Answers of a language model, here a fake one that streams over HTTP with server-sent events: asked once, read twice. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LlmRequest, MemoryCache, TypedCache } from 'inversify-cache';
import { LlmCache } from 'inversify-cache/recipes';

let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  response.setHeader('content-type', 'text/event-stream');
  for (const text of ['Hello', ', ', 'world']) response.write(`data: ${JSON.stringify({ text })}\n\n`);
  const usage = { prompt_tokens: 9, completion_tokens: 4 };
  response.end(`data: ${JSON.stringify({ text: '!', usage })}\n\n`);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// region provider
type Chunk = { readonly text: string; readonly usage?: object };
async function* askForStream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<Chunk> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request), signal });
  if (!response.ok || response.body === null) throw new Error(`the provider answered ${response.status}`);
  let rest = '';
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + part).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) yield JSON.parse(event.slice('data: '.length));
  }
  if (rest !== '') throw new Error('the stream broke off'); // An error: nothing is stored.
}
// endregion
async function ask(request: LlmRequest, signal: AbortSignal): Promise<string> {
  let all = '';
  for await (const { text } of askForStream(request, signal)) all += text;
  return all;
}

const typedCache = new TypedCache<unknown>({ store: new MemoryCache({}), namespace: 'llm' });
// region llm-cache
const answers = new LlmCache({ cache: typedCache, prices: { small: { input: 0.5, output: 1.5 } } });
// endregion
for (let time = 0; time < 2; time += 1) {
  // region calls
  const request = { provider: 'fake', model: 'small', prompt: 'hello', parameters: { temperature: 0 } };
  const answer = await answers.complete(request, ({ signal }) => ask(request, signal));
  for await (const chunk of answers.stream(request, ({ signal }) => askForStream(request, signal))) {
    process.stdout.write(chunk.text);
  }
  // endregion
  console.log(` ${answer.value} ${answer.cached ? 'from the cache' : 'from the provider'}`);
}
assert.equal(asked, 2);
const { hits, savedInputTokens, savedOutputTokens } = answers.stats();
console.log(`${hits} hits, ${savedInputTokens + savedOutputTokens} tokens saved`);
await answers.close();
await typedCache.close();
server.close();
