import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { LinkOptions, Transport, TransportLink } from '../port.ts';
import { isLoopback, isUsable, parseDescription, readDescription, writeDescription } from './description.ts';
import { createPeerConnection, type IceServer } from './peer-connection.ts';

export interface WeriftTransportOptions {
  /** IPv4 addresses of this machine that may be used, asked for at each link. */
  readonly addresses: () => readonly string[];
  /** STUN and TURN servers; with none, nobody outside is ever asked. */
  readonly iceServers: readonly IceServer[];
  readonly clock: Clock;
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

function openLink(options: WeriftTransportOptions, { role, remoteAddress, listener }: LinkOptions): TransportLink {
  let over = false;
  let opened = false;
  let described = false;
  let above = false;
  let closing: Promise<void> | undefined;

  function down(error: LanpeerError): void {
    if (over) return;
    over = true;
    void close();
    listener.down(error);
  }
  const fail = (thrown: unknown): void =>
    down(
      thrown instanceof LanpeerError
        ? thrown
        : new LanpeerError('ERR_TRANSPORT', `WebRTC: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
    );

  const rtc = createPeerConnection({
    ...options,
    addresses: options.addresses().filter((address) => isLoopback(address) === isLoopback(remoteAddress)),
    events: {
      open() {
        if (over || opened) return;
        opened = true;
        listener.open();
      },
      record: (bytes) => {
        if (!over) listener.record(bytes);
      },
      low() {
        if (over || !above) return;
        above = false;
        listener.drain();
      },
      down: (what) => fail(new LanpeerError('ERR_TRANSPORT', `WebRTC: ${what}`)),
    },
  });

  const own = (): readonly string[] => options.addresses();
  async function describe(): Promise<void> {
    const sdp = await (role === 'offerer' ? rtc.offer() : rtc.answer());
    if (over) return;
    // Reflexive and relayed candidates come from servers that were configured; host ones are ours to choose.
    listener.signal(readDescription(sdp, (one) => one.type !== 'host' || own().includes(one.address)));
  }

  async function take(body: unknown): Promise<void> {
    const fields = parseDescription(body);
    if (described) throw new LanpeerError('ERR_PROTOCOL', 'A link was described twice.');
    described = true;
    const usable = fields.candidates.filter((one) => isUsable(one, remoteAddress));
    await rtc.remote(role === 'offerer' ? 'answer' : 'offer', writeDescription(fields, usable));
    if (role === 'answerer') await describe();
    if (!over) listener.negotiated();
  }

  function close(): Promise<void> {
    over = true;
    closing ??= rtc.close(closeMs);
    return closing;
  }

  if (role === 'offerer') describe().catch(fail);

  return {
    signal(body) {
      if (!over) take(body).catch(fail);
    },
    send(record) {
      if (over || !opened) return;
      if (record.byteLength === 0 || record.byteLength > recordBytes) {
        fail(new LanpeerError('ERR_INTERNAL', `A record of ${record.byteLength} bytes cannot be sent.`));
        return;
      }
      rtc.send(record);
      if (rtc.bufferedAmount > lowWater) above = true;
    },
    get bufferedAmount() {
      return over ? 0 : rtc.bufferedAmount;
    },
    close,
  };
}
