import type { Peer } from '../../api/peers.ts';
import { systemClock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { DiskSource } from '../../files/disk-source.ts';
import { namesIn, shownName } from '../../files/names.ts';
import { sendFiles } from '../../files/send-files.ts';
import type { FileSource } from '../../files/source.ts';
import { StreamSource } from '../../files/stream-source.ts';
import { FileTransfers } from '../../files/transfers.ts';
import { limits } from '../../limits.ts';
import { usageOf } from '../args/common.ts';
import type { FilesToSend } from '../args/send.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { type NodeCommand, tellFailure } from '../node/node-command.ts';
import { warn } from '../warn.ts';
import { whyNotSent } from './ended-words.ts';
import { namesInWords } from './progress.ts';
import { StatusLine } from './status-line.ts';
import { bytesInWords, filesInWords } from './units.ts';
import { watchTransfers } from './watch-transfers.ts';

const mostToldLeftOut = 5;

/** Looks at what is to be sent. Rejects with `ERR_USAGE`, and as {@link DiskSource}. */
export async function openSource({ paths, as }: FilesToSend): Promise<FileSource> {
  const [only] = paths;
  if (paths.length === 1 && only === '-') {
    const name = as ?? 'stdin';
    if (name.includes('/') || namesIn(name).length > 1) throw usageOf('--as is a name, without slashes.');
    return new StreamSource(name, process.stdin);
  }
  let leftOut = 0;
  const source = await DiskSource.of(paths, (path) => {
    leftOut += 1;
    if (leftOut <= mostToldLeftOut) warn(`${shownName(path)} is left out: it is no file and no folder.`);
  });
  if (leftOut > mostToldLeftOut) warn(`${leftOut - mostToldLeftOut} more are left out.`);
  return source;
}

/** Says when the peer goes away and when it is back. Returns what ends that. */
function sayAway(transfers: FileTransfers, { name }: Peer, line: StatusLine): () => void {
  let isAway = false;
  const subscription = transfers.changes$.subscribe(({ state }) => {
    if (isAway === (state === 'away') || state === 'failed') return;
    isAway = state === 'away';
    line.say(isAway ? `${name} is away: waiting ${limits.files.reconnectMs / 1_000} s for it` : `${name} is back`);
  });
  return () => subscription.unsubscribe();
}

/** Sends files to a peer. Resolves with the exit code when it has all of them. Rejects as {@link sendFiles}. */
export async function sendFilesTo(
  peer: Peer,
  source: FileSource,
  { node, output, signal }: NodeCommand,
  json: boolean,
): Promise<number> {
  const line = new StatusLine(process.stderr);
  const transfers = new FileTransfers(systemClock.now);
  const endAway = sayAway(transfers, peer, line);
  const endWatch = watchTransfers(transfers, { clock: systemClock, line, output: json ? output : undefined });
  const unwatch = (): void => {
    endAway();
    endWatch();
  };
  const { names, items, files, bytes } = source.offer;
  output.write({ event: 'offer', to: peer.id, name: peer.name, names, items, files, bytes });
  if (!line.isLive) line.say(`offered to ${peer.name}`);
  try {
    const sent = await sendFiles({ node, to: peer.id, source, transfers, clock: systemClock, signal });
    unwatch();
    const { bytesDone, keptBytes, filesDone } = sent;
    output.write({ event: 'sent', to: peer.id, name: peer.name, files: filesDone, bytes: bytesDone, keptBytes });
    const kept = keptBytes > 0 ? `, of which ${bytesInWords(keptBytes)} were there` : '';
    line.say(
      `${peer.name} has ${namesInWords(sent)}: ${filesInWords(filesDone)}, ${bytesInWords(bytesDone)}${kept}, verified`,
    );
    return exitCodes.done;
  } catch (thrown) {
    unwatch();
    const { resumable } = source.offer;
    const error = inWords(asLanpeerError(thrown, 'ERR_INTERNAL'), peer, resumable);
    if (signal.aborted && resumable) line.say('interrupted: the same command goes on where it ended');
    if (resumable || exitCodeOf(error.code) !== exitCodes.cutOff) throw error;
    // The same command would not go on.
    tellFailure(error, output, json);
    return exitCodes.failed;
  }
}

function inWords(error: LanpeerError, { name }: Peer, isResumable: boolean): LanpeerError {
  const text = whyNotSent(error, name, isResumable);
  return text === undefined ? error : new LanpeerError(error.code, text, { cause: error });
}
