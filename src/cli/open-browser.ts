import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from '../adapters/identity/files.ts';
import { limits } from '../limits.ts';

const openers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** A page that leads to the link at once. A token holds no character that means anything in HTML. */
const redirectTo = (link: string): string =>
  `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">` +
  `<meta http-equiv="refresh" content="0; url=${link}"><title>lanpeer</title><a href="${link}">lanpeer</a>\n`;

/** Resolves when the file may be taken away: nothing opened it, or whatever did had its time. */
function opened(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limits.cli.redirectMs);
    const failed = (): void => {
      clearTimeout(timer);
      resolve();
    };
    child.on('error', failed);
    child.on('exit', (code) => {
      if (code !== 0) failed();
    });
  });
}

/**
 * Opens the link in the browser, if there is one. Every user of this machine can see the words of a command, and the
 * link works for the first who follows it: the browser gets a file (0600) that leads to it, in `directory` or in a new
 * one of this user's. Resolves when the file is gone: at `until`, or soon after the browser had time to read it.
 */
export async function openBrowser(link: string, directory: string | undefined, until: Promise<unknown>): Promise<void> {
  const place = directory ?? (await mkdtemp(join(tmpdir(), 'lanpeer-')));
  const file = join(place, 'inspect.html');
  try {
    await writeAtomically(file, redirectTo(link));
    const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
    const child = spawn(command, [...args, file], { stdio: 'ignore', detached: true });
    child.unref();
    await Promise.race([opened(child), until]);
  } finally {
    await (directory === undefined ? rm(place, { recursive: true, force: true }) : rm(file, { force: true }));
  }
}
