export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { NodeCallback } from '../implements/adapters/callback.js';
export type { FastifySessionStore } from '../implements/adapters/sessions/fastify-session.js';
export { fastifySessionStore } from '../implements/adapters/sessions/fastify-session.js';
export type { WebSession, WebSessionOptions } from '../implements/adapters/sessions/web-sessions.js';
