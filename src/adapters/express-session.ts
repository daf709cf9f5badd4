export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { NodeCallback } from '../implements/adapters/callback.js';
export type { ExpressSessionCalls } from '../implements/adapters/sessions/express-session.js';
export { expressSessionStore } from '../implements/adapters/sessions/express-session.js';
export type { WebSession, WebSessionOptions } from '../implements/adapters/sessions/web-sessions.js';
