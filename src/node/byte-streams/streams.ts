import type { OpenStreamOptions, PeerStream } from '../../api/streams.ts';
import { abortedBy, LanpeerError } from '../../errors.ts';
import type { ByteStreams } from '../../protocol/byte-stream/byte-streams.ts';
import { encodeOpeningData } from '../../protocol/byte-stream/opening.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { parseOpenStreamOptions, parseTo, parseType } from '../options/call-options.ts';
import { reasonOf } from './end-reasons.ts';
import type { OpenStreams } from './open-streams.ts';
import type { PeerStreams } from './peer-streams.ts';
import { WebStream } from './web-stream.ts';

export interface StreamsDeps {
  /** Throws `ERR_NOT_RUNNING`. */
  readonly running: () => void;
  /** Those of a peer with a message session. */
  readonly find: (id: DeviceId) => PeerStreams | undefined;
}

/** Streams with a peer, of which another one can be opened. */
interface Ready {
  readonly streams: ByteStreams;
  readonly open: OpenStreams;
}

/** The byte streams that this program opens. */
export class Streams {
  readonly #deps: StreamsDeps;

  constructor(deps: StreamsDeps) {
    this.#deps = deps;
  }

  async open(to: DeviceId, type: string, given?: OpenStreamOptions): Promise<PeerStream> {
    this.#deps.running();
    parseType(type);
    parseTo('to', to);
    const { data, signal } = parseOpenStreamOptions(given);
    const opening = { type, data: encodeOpeningData(data) };
    if (signal?.aborted) throw abortedBy(signal);
    const { streams, open } = await this.#ready(to, signal);
    return new Promise((resolve, reject) => {
      const stream = streams.open(opening);
      const web = new WebStream(stream, {
        peerId: to,
        data: data === undefined ? null : data,
        accepted: () => {
          open.add(web, 'opened');
          resolve(web.facade);
        },
        failed: reject,
      });
      stream.listener = web;
      const abort = (): void => {
        if (signal) web.abort(reasonOf('aborted', signal.reason), abortedBy(signal));
      };
      signal?.addEventListener('abort', abort, { once: true });
      void web.facade.closed.then(() => signal?.removeEventListener('abort', abort));
    });
  }

  /** The streams of the sessions with a peer, once there is a place for another one. */
  async #ready(to: DeviceId, signal: AbortSignal | undefined): Promise<Ready> {
    for (;;) {
      const peer = this.#deps.find(to);
      if (!peer?.isOpen) throw new LanpeerError('ERR_NO_PEER');
      if (!peer.isKnown) throw new LanpeerError('ERR_VERSION', 'The peer knows no byte streams.');
      const { streams, open } = peer;
      if (streams?.hasRoom) return { streams, open };
      await new Promise<void>((resolve, reject) => {
        const giveUp = peer.wait(() => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        const abort = (): void => {
          giveUp();
          if (signal) reject(abortedBy(signal));
        };
        signal?.addEventListener('abort', abort, { once: true });
      });
    }
  }
}
