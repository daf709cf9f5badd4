/** Sessions in front of an HTTP server: a cookie opens one, a login gives it a new id, a logout ends it. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ISessionStore } from 'inversify-cache';
import { MemorySessionStore } from 'inversify-cache/data';

// region memory-session-store
const sessions = new MemorySessionStore({ idle: '30m', absolute: '12h' });
// endregion

// region calls
const { id } = await sessions.create({ cart: [] }, { userId: 'ada' });
await sessions.update(id, (data) => ({ ...data, theme: 'dark' }));
const session = await sessions.get(id); // undefined once it has ended
// endregion
assert.deepEqual(session?.data, { cart: [], theme: 'dark' });

// region server
async function respond(
  store: ISessionStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const cookie = /(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '-';
  const setCookie = (value: string): unknown =>
    response.setHeader('set-cookie', `sid=${value}; HttpOnly; Secure; SameSite=Lax; Path=/`);
  if (request.url === '/login') {
    await store.destroy(cookie); // A session from before the login ends, so nobody can have planted its id.
    setCookie((await store.create({ visits: 0 }, { userId: 'ada' })).id);
    response.end('welcome');
  } else if (request.url === '/logout') {
    response.end((await store.destroy(cookie)) ? 'goodbye' : 'nobody');
  } else {
    const found = await store.update(cookie, ({ visits }) => ({ visits: Number(visits) + 1 }));
    response.end(found === undefined ? 'nobody' : `${found.userId}, visit ${found.data.visits}`);
  }
}
// endregion

const server = createServer((request, response) => {
  respond(sessions, request, response).catch(() => response.writeHead(500).end());
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const cookie = (await fetch(`${url}/login`)).headers.get('set-cookie')?.split(';')[0] ?? '';
const ask = async (path: string): Promise<string> =>
  (await fetch(url + path, { headers: { cookie } })).text();
console.log([await ask('/'), await ask('/'), await ask('/logout'), await ask('/')].join(' | '));

server.closeAllConnections();
server.close();
await sessions.close();
