import type { PeerStream } from '../../api/streams.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ByteStream } from '../../protocol/byte-stream/byte-stream.ts';
import { decodeOpeningData } from '../../protocol/byte-stream/opening.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { settle } from '../../util/thenable.ts';
import { type CallbackThrew, callbackError } from '../monitoring/error-reporter.ts';
import { reasonOf } from './end-reasons.ts';
import type { OpenStreams } from './open-streams.ts';
import { WebStream } from './web-stream.ts';

export type StreamHandler = (stream: PeerStream) => unknown;

/** The handlers of the embedding program for streams that peers open, by type. */
export class Acceptors {
  readonly #callbackThrew: CallbackThrew;
  readonly #byType = new Map<string, StreamHandler>();
  /** Handlers that have not settled, by peer: a stream may be over long before its handler is. */
  readonly #running = new Map<DeviceId, number>();

  constructor(callbackThrew: CallbackThrew) {
    this.#callbackThrew = callbackThrew;
  }

  /** Throws `ERR_OPTION` if the type has one already: a stream has one reader. Returns what removes it. */
  add(type: string, handler: StreamHandler): () => void {
    if (this.#byType.has(type)) throw new LanpeerError('ERR_OPTION', `Streams of type ${type} have a handler already.`);
    this.#byType.set(type, handler);
    return () => {
      if (this.#byType.get(type) === handler) this.#byType.delete(type);
    };
  }

  /** That peer opens one. Throws {@link LanpeerError} `ERR_PROTOCOL` for data that is none. */
  receive(peerId: DeviceId, stream: ByteStream, open: OpenStreams): void {
    const { type, data } = stream.opening;
    const handler = this.#byType.get(type);
    if (!handler) {
      open.refuse();
      stream.abort({ kind: 'refused', code: '', text: '' });
      return;
    }
    const running = this.#running.get(peerId) ?? 0;
    if (running >= limits.streams.remote) {
      open.refuse();
      stream.abort({ kind: 'busy', code: '', text: '' });
      return;
    }
    const web = new WebStream(stream, { peerId, data: decodeOpeningData(data) });
    stream.accept(web);
    open.add(web, 'accepted');
    this.#running.set(peerId, running + 1);
    this.#run(handler, type, web, () => this.#settled(peerId));
  }

  #settled(peerId: DeviceId): void {
    const left = (this.#running.get(peerId) ?? 1) - 1;
    if (left > 0) this.#running.set(peerId, left);
    else this.#running.delete(peerId);
  }

  #run(handler: StreamHandler, type: string, web: WebStream, settled: () => void): void {
    const callback = `The handler of streams of type ${type}`;
    const rejected = (thrown: unknown): void => {
      settled();
      // It let the end of its stream through.
      if (web.hasGiven(thrown)) return;
      this.#callbackThrew(callback, thrown);
      web.abort(reasonOf('failed', thrown), asLanpeerError(callbackError(callback, thrown), 'ERR_HANDLER'));
    };
    try {
      const result = handler(web.facade);
      settle(result, { fulfilled: settled, rejected });
    } catch (thrown) {
      rejected(thrown);
    }
  }
}
