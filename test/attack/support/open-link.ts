import { systemClock, weriftTransport } from '../../../src/adapters/index.ts';
import type { Transport } from '../../../src/adapters/transport/port.ts';
import { tlsTransport } from '../../../src/adapters/transport/tls.ts';
import type { SignalMessage } from '../../../src/protocol/signal.ts';
import type { Via } from '../../../src/protocol/via.ts';
import { type HostileLink, type LinkOptions, OwnLink } from './hostile-link.ts';

const transports: Readonly<Record<Via, () => Transport>> = {
  tls: tlsTransport,
  webrtc: () => weriftTransport({ addresses: () => ['127.0.0.1'], iceServers: [], clock: systemClock }),
};

const openMs = 3_000;

/** Offers the link, or takes the victim's offer, as the ids say; declines those of other kinds. */
export function openLink(options: LinkOptions): Promise<HostileLink> {
  const { session, ended, ownId, via, nextEpoch, said, listeners } = options;
  const transport = transports[via]();
  return new Promise((resolve, reject) => {
    // The victim may have had enough of this peer for a while.
    setTimeout(() => reject(new Error('The link did not open in time.')), openMs).unref();
    const onOver = (why: string): void => reject(new Error(`The link did not open: ${why}`));
    const begin = (epoch: number, offer?: unknown): void =>
      void new OwnLink({ ...options, transport, epoch, offer, onReady: resolve, onOver });
    function answer(message: SignalMessage): boolean {
      if (message.type !== 'offer') return false;
      if (message.via !== via) {
        session.send({ type: 'lost', epoch: message.epoch });
        return false;
      }
      begin(message.epoch, message.body);
      return true;
    }
    if (ownId < session.remoteId) {
      begin(nextEpoch(session.greeting.held));
      return;
    }
    if (said.some(answer)) return;
    const wait = (message: SignalMessage): void => {
      if (answer(message)) listeners.delete(wait);
    };
    listeners.add(wait);
    void ended.then((how) => reject(new Error(`The session ended: ${how.kind}`)));
  });
}
