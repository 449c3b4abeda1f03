import type { Model } from './model.ts';
import { peerOf } from './peers.ts';
import type { StreamsEvent, StreamView } from './stream-events.ts';

/** How the open streams of a peer stand, and how quickly their bytes were read since the look before. */
export function takeStreams(model: Model, { at, id, streams, count }: StreamsEvent): void {
  if (count === 0) {
    const known = model.peers.get(id);
    if (known) known.streams = null;
    return;
  }
  const view = peerOf(model, id);
  const before = view.streams;
  const seconds = before ? (at - before.at) / 1_000 : 0;
  const known = new Map(before?.streams.map((stream) => [stream.number, stream]));
  view.streams = {
    at,
    count,
    streams: streams.map((stream): StreamView => {
      const last = known.get(stream.number);
      // The wall clock was set back, or another session began its numbers anew.
      if (!last || seconds <= 0 || last.sent.read > stream.sent.read || last.received.read > stream.received.read)
        return { ...stream, rates: null };
      return {
        ...stream,
        rates: {
          bytesIn: (stream.received.read - last.received.read) / seconds,
          bytesOut: (stream.sent.read - last.sent.read) / seconds,
        },
      };
    }),
  };
}
