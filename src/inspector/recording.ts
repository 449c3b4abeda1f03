import type { RecordingOptions } from '../api/options.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { NodeView, Recording } from '../node/observer.ts';
import type { Feed } from './feed.ts';
import { createMask } from './mask.ts';
import type { HelloEvent, TraceEvent } from './model/trace-events.ts';
import { openRecordingFile } from './recording-file.ts';
import { StreamWatch } from './streams.ts';
import { TransferWatch } from './transfers.ts';

/**
 * Writes what happens in a node to a file, one trace event a line. Rejects with `ERR_RECORDING` if the file cannot be opened;
 * a fault that comes later ends the recording and is reported, and the node runs on.
 */
export async function startRecording(
  view: Pick<NodeView, 'clock' | 'id' | 'report' | 'openStreams' | 'transfers'>,
  feed: Pick<Feed, 'listen' | 'begin' | 'state'>,
  hello: HelloEvent,
  { file, mask = false }: RecordingOptions,
  { fileBytes, waitingBytes }: { readonly fileBytes: number; readonly waitingBytes: number } = limits.recording,
): Promise<Recording> {
  const masked = mask ? createMask(view.id) : (traceEvent: TraceEvent): TraceEvent => traceEvent;
  const handle = await openRecordingFile(file).catch((thrown: unknown) => {
    throw asLanpeerError(thrown, 'ERR_RECORDING');
  });
  const stream = handle.createWriteStream();
  const closed = new Promise<void>((resolve) => void stream.on('close', resolve));
  const streams = new StreamWatch(view);
  const transfers = new TransferWatch(view);
  let timer: unknown;
  let left = 0;
  let bytes = 0;
  let over = false;

  function line(traceEvent: TraceEvent): void {
    const text = `${JSON.stringify(masked(traceEvent))}\n`;
    bytes += Buffer.byteLength(text);
    stream.write(text);
  }

  function finish(): void {
    if (over) return;
    over = true;
    stop();
    line({ t: 'end', at: view.clock.now() });
    stream.end();
  }

  function take(traceEvent: TraceEvent): void {
    if (traceEvent.t === 'figures' || traceEvent.t === 'message') return;
    if (stream.writableLength > waitingBytes) {
      left += 1;
      return;
    }
    if (left > 0) {
      line({ t: 'gap', at: traceEvent.at, left });
      line(feed.state());
      for (const standing of streams.all()) line(standing);
      left = 0;
    }
    line(traceEvent);
    if (bytes <= fileBytes) return;
    finish();
    view.report(new LanpeerError('ERR_RECORDING', `The recording is over: ${file} has reached ${fileBytes} bytes.`));
  }

  stream.on('error', (thrown) => {
    // What was written last may fail after the end: it is missing in the file all the same.
    over = true;
    stop();
    view.report(asLanpeerError(thrown, 'ERR_RECORDING'));
  });
  const stopListening = feed.listen(take);
  function stop(): void {
    stopListening();
    view.clock.clearTimeout(timer);
  }
  function lookAtStreams(): void {
    timer = view.clock.setTimeout(lookAtStreams, limits.inspector.figuresEveryMs);
    for (const traceEvent of [...streams.news(), ...transfers.news()]) take(traceEvent);
  }
  line({ ...hello, live: false });
  for (const traceEvent of feed.begin()) line(traceEvent);
  line(feed.state());
  lookAtStreams();

  return {
    async end() {
      finish();
      await closed;
    },
  };
}
