// Chromium for tests, benchmarks and pictures: it connects to nothing outside this machine.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [process.env['LANPEER_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const names = ['EXCLUDE 127.0.0.1', 'EXCLUDE localhost', 'MAP * ~NOTFOUND'];

/** Where Chromium is; undefined where there is none. */
export const chromiumPath = (): string | undefined => places.find((one) => one !== undefined && existsSync(one));

/**
 * Starts it without a window. Throws where there is none.
 * @param also Rules of its resolver that go first, such as `MAP name 127.0.0.1`.
 */
export function launchChromium(also: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error('There is no /usr/bin/chromium, and LANPEER_CHROMIUM names none: install the package chromium.');
  return chromium.launch({
    executablePath,
    args: [...quiet, `--host-resolver-rules=${[...also, ...names].join(', ')}`],
  });
}
