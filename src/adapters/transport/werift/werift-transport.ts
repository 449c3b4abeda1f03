import type { Clock } from '../../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { LinkOptions, Transport, TransportLink } from '../port.ts';
import { isLoopback, parseDescription, readDescription, writeDescription } from './description.ts';
import { createPeerConnection, type IceServer } from './peer-connection.ts';
import { createTargets, readNear } from './targets.ts';

export interface WeriftTransportOptions {
  /** IPv4 addresses of this machine that may be used, asked for at each link. A throw takes that link down. */
  readonly addresses: () => readonly string[];
  /** STUN and TURN servers; with none, nobody outside is ever asked. */
  readonly iceServers: readonly IceServer[];
  readonly clock: Clock;
  /** True for addresses on the links of this machine, asked for at each link; default: by its interfaces. */
  readonly near?: () => (address: string) => boolean;
}

const { highWater, lowWater, recordBytes, closeMs } = limits.webrtc;

/** WebRTC data channels (RFC 8831) by werift, one peer connection a link. Not authenticated: seal what goes over it. */
export function weriftTransport(options: WeriftTransportOptions): Transport {
  return {
    via: 'webrtc',
    authenticated: false,
    recordBytes,
    highWater,
    open: (link) => openLink(options, link),
  };
}

/** A peer on loopback is offered loopback if there is one; nobody else ever is. */
function addressesFor(remoteAddress: string, addresses: readonly string[]): readonly string[] {
  const inside = addresses.filter((address) => isLoopback(address));
  if (isLoopback(remoteAddress) && inside.length > 0) return inside;
  return addresses.filter((address) => !inside.includes(address));
}

function openLink(options: WeriftTransportOptions, { role, remoteAddress, listener }: LinkOptions): TransportLink {
  let over = false;
  let opened = false;
  let described = false;
  let above = false;
  let closing: Promise<void> | undefined;
  let addresses: readonly string[] = [];

  function fail(error: LanpeerError): void {
    if (over) return;
    void close();
    listener.down(error);
  }

  /** A listener that throws must not reach the stack, which would lose what comes after; its link is of no use. */
  function tell(report: () => void): void {
    if (over) return;
    try {
      report();
    } catch (thrown) {
      fail(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  try {
    addresses = addressesFor(remoteAddress, options.addresses());
  } catch (thrown) {
    // Not at once: the caller has no link yet.
    queueMicrotask(() => fail(asLanpeerError(thrown, 'ERR_TRANSPORT')));
  }

  const targets = createTargets({
    remoteAddress,
    isNear: (options.near ?? readNear)(),
    anywhere: options.iceServers.length > 0,
  });
  const rtc = createPeerConnection({
    addresses,
    accepts: targets.accepts,
    iceServers: options.iceServers,
    clock: options.clock,
    events: {
      open() {
        if (opened) return;
        opened = true;
        tell(() => listener.open());
      },
      record(bytes) {
        if (bytes.byteLength <= recordBytes) tell(() => listener.record(bytes));
        else fail(new LanpeerError('ERR_PROTOCOL', 'The other end sent a record that is too long.'));
      },
      low() {
        if (!above) return;
        above = false;
        tell(() => listener.drain());
      },
      down: (what) => fail(new LanpeerError('ERR_TRANSPORT', `The WebRTC link ended: ${what}.`)),
    },
  });

  async function describe(): Promise<void> {
    const sdp = await (role === 'offerer' ? rtc.offer() : rtc.answer());
    if (over) return;
    // Reflexive and relayed candidates come from servers that were configured; host ones are ours to choose.
    const own = readDescription(sdp, (one) => one.type !== 'host' || addresses.includes(one.address));
    tell(() => listener.signal(own));
  }

  async function take(body: unknown): Promise<void> {
    if (described) throw new LanpeerError('ERR_PROTOCOL', 'A link was described twice.');
    const fields = parseDescription(body);
    described = true;
    const sdp = writeDescription(fields, targets.choose(fields.candidates));
    await rtc.remote(role === 'offerer' ? 'answer' : 'offer', sdp);
    if (role === 'answerer') await describe();
    tell(() => listener.negotiated());
  }

  function close(): Promise<void> {
    over = true;
    closing ??= rtc.close(closeMs);
    return closing;
  }

  const failed = (thrown: unknown): void => fail(asLanpeerError(thrown, 'ERR_TRANSPORT'));
  if (role === 'offerer') describe().catch(failed);

  return {
    signal(body) {
      if (!over) take(body).catch(failed);
    },
    send(record) {
      if (over || !opened) return;
      if (record.byteLength === 0 || record.byteLength > recordBytes) {
        fail(new LanpeerError('ERR_INTERNAL', `A record of ${record.byteLength} bytes cannot be sent.`));
        return;
      }
      try {
        rtc.send(record);
      } catch (thrown) {
        failed(thrown);
        return;
      }
      if (rtc.bufferedAmount > lowWater) above = true;
    },
    get bufferedAmount() {
      return over ? 0 : rtc.bufferedAmount;
    },
    close,
  };
}
