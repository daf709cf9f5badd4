/** A rate limiter in front of an HTTP server: five requests at once, then one a second. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IRateLimiter } from 'inversify-cache';
import { MemoryRateLimiter, rateLimitHeaders } from 'inversify-cache/coordination';

// region middleware
/** Middleware of Express, Connect and the like; for Fastify, call it from an `onRequest` hook with the raw objects. */
function limited(limiter: IRateLimiter) {
  return async (request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> => {
    const decision = await limiter.consume(request.socket.remoteAddress ?? 'unknown');
    for (const [name, value] of Object.entries(rateLimitHeaders(decision))) response.setHeader(name, value);
    if (decision.allowed) next();
    else response.writeHead(429).end('too many requests');
  };
}
// endregion

// region memory-rate-limiter
const limiter = new MemoryRateLimiter({
  limits: [
    { name: 'burst', algorithm: 'tokenBucket', limit: 1, per: '1s', burst: 5 },
    { name: 'hourly', algorithm: 'slidingWindow', limit: 1000, per: '1h' },
  ],
});
// endregion

// region consume
const decision = await limiter.consume('user:7');
if (!decision.allowed) {
  console.log(`too many requests: try again in ${decision.retryAfterMs} ms`);
}
// endregion

const middleware = limited(limiter);
const server = createServer((request, response) => {
  middleware(request, response, () => response.end('hello')).catch(() => response.writeHead(500).end());
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const statuses: number[] = [];
let retryAfter: string | null = null;
for (let call = 0; call < 7; call += 1) {
  const response = await fetch(url);
  statuses.push(response.status);
  retryAfter = response.headers.get('retry-after');
}
assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
console.log(`${statuses.join(' ')}, retry after ${retryAfter} s`);

server.closeAllConnections();
server.close();
await limiter.close();
