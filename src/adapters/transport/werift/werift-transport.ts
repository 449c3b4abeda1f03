import type { Clock } from '../../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { isLoopback } from '../../../util/loopback.ts';
import { LinkEvents } from '../link-events.ts';
import type { LinkOptions, Transport, TransportLink } from '../port.ts';
import { parseDescription, readDescription, writeDescription } from './description.ts';
import { weriftFacts } from './facts.ts';
import { createPeerConnection, type IceServer } from './peer-connection.ts';
import { createTargets, readNear, type Targets } from './targets.ts';

export interface WeriftTransportOptions {
  /** IPv4 addresses of this machine that may be used, asked for at each link. A throw takes that link down. */
  readonly addresses: () => readonly string[];
  /** STUN and TURN servers; with none, no server is ever asked. */
  readonly iceServers: readonly IceServer[];
  readonly clock: Clock;
  /** True for addresses on the links of this machine, asked for at each link; default: by its interfaces. */
  readonly near?: () => (address: string) => boolean;
}

const { lowWater, recordBytes, closeMs } = limits.webrtc;

/** WebRTC data channels (RFC 8831) by werift, one peer connection a link. Not authenticated: seal what goes over it. */
export function weriftTransport(options: WeriftTransportOptions): Transport {
  return { ...weriftFacts, open: (link) => openLink(options, link) };
}

/** A peer on loopback is offered loopback addresses if there are any; any other peer never is. */
function addressesFor(remoteAddress: string, addresses: readonly string[]): readonly string[] {
  const onLoopback = addresses.filter((address) => isLoopback(address));
  if (isLoopback(remoteAddress) && onLoopback.length > 0) return onLoopback;
  return addresses.filter((address) => !onLoopback.includes(address));
}

/** None, and the link is taken down, if they cannot be read. */
function readAddresses(
  { addresses }: WeriftTransportOptions,
  remoteAddress: string,
  fail: (thrown: unknown) => void,
): readonly string[] {
  try {
    return addressesFor(remoteAddress, addresses());
  } catch (thrown) {
    // Not at once: the caller has no link yet.
    queueMicrotask(() => fail(thrown));
    return [];
  }
}

const targetsFor = ({ near = readNear, iceServers }: WeriftTransportOptions, remoteAddress: string): Targets =>
  createTargets({ remoteAddress, isNear: near(), anywhere: iceServers.length > 0 });

function openLink(options: WeriftTransportOptions, { role, remoteAddress, listener }: LinkOptions): TransportLink {
  let opened = false;
  let described = false;
  let closing: Promise<void> | undefined;
  const events = new LinkEvents({ listener, recordBytes, lowWater, release: () => void closeConnection() });
  const fail = (thrown: unknown): void => events.fail(asLanpeerError(thrown, 'ERR_TRANSPORT'));

  const addresses = readAddresses(options, remoteAddress, fail);
  const targets = targetsFor(options, remoteAddress);
  const connection = createPeerConnection({
    addresses,
    accepts: targets.accepts,
    iceServers: options.iceServers,
    clock: options.clock,
    events: {
      open() {
        if (opened) return;
        opened = true;
        events.report(() => listener.open());
      },
      record(bytes) {
        if (bytes.byteLength <= recordBytes) events.report(() => listener.record(bytes));
        else events.fail(new LanpeerError('ERR_PROTOCOL', 'The other end sent a record that is too long.'));
      },
      low: () => events.drained(0),
      down: (what) => events.fail(new LanpeerError('ERR_TRANSPORT', `The WebRTC link ended: ${what}.`)),
    },
  });

  async function describe(): Promise<void> {
    const sdp = await (role === 'offerer' ? connection.offer() : connection.answer());
    if (events.isOver) return;
    // Reflexive and relayed candidates come from servers that were configured; of host candidates only chosen ones are told.
    const own = readDescription(sdp, (one) => one.type !== 'host' || addresses.includes(one.address));
    events.report(() => listener.signal(own));
  }

  async function negotiate(body: unknown): Promise<void> {
    if (described) throw new LanpeerError('ERR_PROTOCOL', 'A link was described twice.');
    const fields = parseDescription(body);
    described = true;
    const sdp = writeDescription(fields, targets.choose(fields.candidates));
    await connection.remote(role === 'offerer' ? 'answer' : 'offer', sdp);
    if (role === 'answerer') await describe();
    events.report(() => listener.negotiated());
  }

  function closeConnection(): Promise<void> {
    closing ??= connection.close(closeMs);
    return closing;
  }

  if (role === 'offerer') describe().catch(fail);

  return {
    signal(body) {
      if (!events.isOver) negotiate(body).catch(fail);
    },
    send(record) {
      if (events.isOver || !opened || !events.accepts(record)) return;
      try {
        connection.send(record);
      } catch (thrown) {
        fail(thrown);
        return;
      }
      events.sent(connection.bufferedAmount);
    },
    get bufferedAmount() {
      return events.isOver ? 0 : connection.bufferedAmount;
    },
    pairs: () => connection.pairs(),
    close() {
      events.close();
      return closeConnection();
    },
  };
}
