import { spawn } from 'node:child_process';
import { readInspectorPlace } from '../adapters/identity/inspector-place.ts';
import { LanpeerError } from '../errors.ts';
import type { InspectArguments } from './args/inspect.ts';
import { stopSignal } from './signals.ts';

const none = (stateDir: string): LanpeerError =>
  new LanpeerError(
    'ERR_INSPECTOR',
    `No running node with the state directory ${stateDir} has an inspector: start it with lanpeer run --inspect.`,
  );

/** A new link to the page of the node that runs with that state directory. */
async function askForLink(stateDir: string): Promise<string> {
  const place = await readInspectorPlace(stateDir);
  if (!place) throw none(stateDir);
  const { port, owner } = place;
  const answer = await fetch(`http://127.0.0.1:${port}/links`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${owner}` },
    signal: AbortSignal.timeout(5_000),
  }).catch((cause: unknown) => {
    throw new LanpeerError('ERR_INSPECTOR', none(stateDir).message, { cause });
  });
  // A node that was killed leaves its place behind, and another program may have it by now.
  const link = await answer.text();
  if (answer.status !== 201 || !link.startsWith(`http://127.0.0.1:${port}/?token=`)) throw none(stateDir);
  return link;
}

const openers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Hands the link to the browser, if there is one: the link is on the screen in any case. */
function openBrowser(link: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, link], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

/** Shows a running node, or a recording until it is interrupted. Resolves with the exit code. */
export async function inspect({ file, stateDir, port, opens }: InspectArguments): Promise<number> {
  const show = (link: string): void => {
    process.stdout.write(`${link}\n`);
    if (opens) openBrowser(link);
  };
  if (file === undefined) {
    show(await askForLink(stateDir));
    return 0;
  }
  const { showRecording } = await import('../inspector/show-recording.ts');
  const server = await showRecording(file, port);
  show(server.link());
  await stopSignal();
  await server.close();
  return 0;
}
