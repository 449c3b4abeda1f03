import type { OpenStreamOptions, PeerStream } from '../../api/streams.ts';
import { abortedBy, LanpeerError } from '../../errors.ts';
import type { StreamOpening } from '../../protocol/byte-stream/byte-stream.ts';
import type { ByteStreams } from '../../protocol/byte-stream/byte-streams.ts';
import { encodeOpeningData } from '../../protocol/byte-stream/opening.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { parseOpenStreamOptions, parseTo, parseType } from '../options/call-options.ts';
import { reasonOf } from './end-reasons.ts';
import type { OpenStreams } from './open-streams.ts';
import { PeerStreams } from './peer-streams.ts';
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
    return new Promise((resolve, reject) => {
      let giveUp = (error: LanpeerError): void => reject(error);
      const abort = (): void => {
        if (signal) giveUp(abortedBy(signal));
      };
      const unlisten = (): void => signal?.removeEventListener('abort', abort);
      /** Within the call in which there is a place: nobody else may take it. */
      const attempt = (): void => {
        const place = this.#placeAt(to);
        if (place instanceof LanpeerError) {
          unlisten();
          reject(place);
        } else if (place instanceof PeerStreams) {
          const leave = place.wait(attempt);
          giveUp = (error) => {
            leave();
            reject(error);
          };
        } else {
          const web = openAt(place, opening, { peerId: to, data: data === undefined ? null : data, resolve, reject });
          giveUp = (error) => web.abort(reasonOf('aborted', signal?.reason), error);
          void web.facade.closed.then(unlisten);
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      attempt();
    });
  }

  /** The streams of the sessions with a peer, or where to wait for them or for a place there. */
  #placeAt(to: DeviceId): Ready | PeerStreams | LanpeerError {
    const peer = this.#deps.find(to);
    if (!peer?.isOpen) return new LanpeerError('ERR_NO_PEER');
    if (!peer.isKnown) return new LanpeerError('ERR_VERSION', 'The peer knows no byte streams.');
    const { streams, open } = peer;
    return streams?.hasRoom ? { streams, open } : peer;
  }
}

interface Opener {
  readonly peerId: DeviceId;
  readonly data: unknown;
  resolve(stream: PeerStream): void;
  reject(error: LanpeerError): void;
}

function openAt(
  { streams, open }: Ready,
  opening: StreamOpening,
  { peerId, data, resolve, reject }: Opener,
): WebStream {
  const stream = streams.open(opening);
  const web: WebStream = new WebStream(stream, {
    peerId,
    data,
    opening: {
      accepted: () => {
        open.add(web, 'opened');
        resolve(web.facade);
      },
      failed: reject,
    },
  });
  stream.listener = web;
  return web;
}
