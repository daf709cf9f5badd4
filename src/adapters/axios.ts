export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { AxiosState, AxiosStateStorage } from '../implements/adapters/http/axios-storage.js';
export { axiosStorage } from '../implements/adapters/http/axios-storage.js';
