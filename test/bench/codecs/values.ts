/** Values that services cache; each is made by a function, so that no subject sees an object of another. */
export const VALUES: Readonly<Record<string, () => unknown>> = {
  user: () => ({
    id: 'user:17',
    name: 'Ada Lovelace',
    age: 36,
    active: true,
    roles: ['admin', 'author'],
    team: { id: 7 },
  }),
  page: () => ({ total: 1234, next: 'page:3', items: Array.from({ length: 50 }, (_, at) => article(at)) }),
  'page with dates': () => ({
    total: 1234,
    items: Array.from({ length: 50 }, (_, at) => ({
      ...article(at),
      created: new Date(1_790_000_000_000 + at),
      changed: new Date(1_790_000_100_000 + at),
    })),
  }),
  order: () => ({
    id: 12_345_678_901_234_567_890n,
    placed: new Date(1_790_000_000_000),
    shipped: undefined,
    lines: new Map([
      ['sku-1', { count: 2, price: 12.5 }],
      ['sku-2', { count: 1, price: 199.99 }],
    ]),
    labels: new Set(['gift', 'express']),
    note: 'Bitte klingeln – danke! 🙂',
  }),
  image: () => ({ id: 'image:9', type: 'image/png', bytes: new Uint8Array(4096).map((_, at) => at * 31) }),
  numbers: () => Array.from({ length: 1000 }, (_, at) => (at % 3 === 0 ? at * 1000 : at / 7)),
  text: () => ({ lang: 'ja', body: 'キャッシュは速い。 Caches are fast. Çok hızlı! '.repeat(100) }),
};

function article(at: number): Record<string, unknown> {
  return {
    id: at,
    slug: `article-${at}`,
    title: `Title of the article ${at}`,
    author: { id: at % 7, name: 'Ada Lovelace' },
    tags: ['caching', 'redis', 'typescript'],
    score: at * 1.37,
    draft: at % 5 === 0,
    parent: null,
  };
}
