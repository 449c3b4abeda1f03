import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'] } },
      { test: { name: 'model', include: ['test/model/**/*.test.ts'] } },
      { test: { name: 'net', include: ['test/net/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 20_000 } },
    ],
  },
});
