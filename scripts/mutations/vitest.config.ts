import { defineConfig } from 'vitest/config';

/** What the sources are given for `limits.ts`, and tests are not: the limit of the path LANPEER_LIMIT, if any, is another. */
const changed = `
import { limits as real } from '/src/limits.ts';

const wanted = process.env.LANPEER_LIMIT;
const most = 2 ** 31 - 1;

function change(value, path) {
  if (Array.isArray(value)) return value.map((one) => change(one, path));
  if (/least|overhead|unitsPer|unsettled/i.test(path)) return 0;
  return path.endsWith('Ms') && value < most ? Math.min(value * 1_000, most) : value * 1_000;
}

const build = (value, path) =>
  typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, build(one, path ? path + '.' + key : key)]))
    : path === wanted
      ? change(value, path)
      : value;

export const limits = build(real, '');
`;

const id = '\0changed-limits';

/** Runs tests of any project, with one limit changed: a thousand times as large, or 0 where it is a least value or an overhead. */
export default defineConfig({
  plugins: [
    {
      name: 'changed-limits',
      enforce: 'pre',
      resolveId(source, importer = '') {
        const isSource = importer.includes('/src/') && !importer.endsWith('/src/index.ts');
        return source.endsWith('/limits.ts') && isSource ? id : undefined;
      },
      load: (asked) => (asked === id ? changed : undefined),
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
});
