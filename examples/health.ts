/** Probes of liveness and readiness over HTTP: a cache without its Redis is degraded, and the process keeps serving. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { healthJson, IHealth, loadComponentSite } from 'inversify-cache';

await using site = await loadComponentSite('config/health.yml');

// region health
const health = site.getComponent(IHealth);
const server = createServer(async ({ url }, response) => {
  if (url !== '/ready') return void response.end('alive'); // Liveness: no question about Redis.
  const report = await health.check();
  const code = report.status === 'down' ? 503 : 200; // A cache that is degraded still serves.
  response.writeHead(code, { 'content-type': 'application/health+json' });
  response.end(JSON.stringify(healthJson(report)));
});
// endregion

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const ready = await fetch(`http://127.0.0.1:${port}/ready`);
assert.equal(ready.status, 200);
const document = (await ready.json()) as { status: string; checks: Record<string, { status: string }[]> };
for (const [check, [found]] of Object.entries(document.checks)) console.log(check, found?.status);

// region details
const { status, components } = await health.check({ active: true, details: true }); // A PING for each connection.
for (const { name, since, reasons } of components) console.log(name, since, reasons.join('; '));
// endregion
assert.ok(status === 'up' || status === 'degraded');
server.close();
