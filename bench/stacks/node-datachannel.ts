import { type Rpc, sharedNow } from '../support/rpc.ts';
import { load } from './optional.ts';
import { type Counter, counted, echoed, echoMark, type Link, type NearEnd, type Stack } from './stack.ts';

const high = 262_144;
const low = 65_536;

interface Channel {
  close(): void;
  sendMessageBinary(message: Uint8Array): boolean;
  bufferedAmount(): number;
  setBufferedAmountLowThreshold(bytes: number): void;
  onOpen(listener: () => void): void;
  onClosed(listener: () => void): void;
  onError(listener: (error: string) => void): void;
  onBufferedAmountLow(listener: () => void): void;
  onMessage(listener: (message: string | Buffer | ArrayBuffer) => void): void;
}

interface Connection {
  close(): void;
  createDataChannel(label: string): Channel;
  setRemoteDescription(sdp: string, type: string): void;
  addRemoteCandidate(candidate: string, mid: string): void;
  onLocalDescription(listener: (sdp: string, type: string) => void): void;
  onLocalCandidate(listener: (candidate: string, mid: string) => void): void;
  onStateChange(listener: (state: string) => void): void;
  onDataChannel(listener: (channel: Channel) => void): void;
}

interface NodeDataChannel {
  readonly default: { readonly PeerConnection: new (name: string, options: object) => Connection };
}

/** Every listener is set once and at once: a later one loses events, and a missing one keeps the process alive. */
class Wire {
  readonly connection: Connection;
  readonly opened = Promise.withResolvers<Channel>();
  onMessage: (message: Buffer) => void = () => undefined;
  onLow: () => void = () => undefined;

  constructor({ default: { PeerConnection } }: NodeDataChannel, rpc: Rpc) {
    // Loopback as the only address, and no server.
    this.connection = new PeerConnection('bench', { iceServers: [], bindAddress: '127.0.0.1' });
    this.connection.onStateChange(() => undefined);
    this.connection.onLocalDescription((sdp, type) => rpc.send('description', { sdp, type }));
    this.connection.onLocalCandidate((candidate, mid) => {
      if (!candidate.includes(' 127.0.0.1 ')) throw new Error(`${candidate} is not on loopback`);
      rpc.send('candidate', { candidate, mid });
    });
    this.connection.onDataChannel((channel) => this.use(channel, true));
    rpc.on('description', (value) => {
      const { sdp, type } = value as { readonly sdp: string; readonly type: string };
      this.connection.setRemoteDescription(sdp, type);
    });
    rpc.on('candidate', (value) => {
      const { candidate, mid } = value as { readonly candidate: string; readonly mid: string };
      this.connection.addRemoteCandidate(candidate, mid);
    });
  }

  use(channel: Channel, isOpen = false): void {
    channel.onClosed(() => undefined);
    channel.onError(() => undefined);
    channel.setBufferedAmountLowThreshold(low);
    channel.onBufferedAmountLow(() => this.onLow());
    channel.onMessage((message) => this.onMessage(message as Buffer));
    if (isOpen) this.opened.resolve(channel);
    else channel.onOpen(() => this.opened.resolve(channel));
  }

  async close(): Promise<void> {
    (await this.opened.promise).close();
    this.connection.close();
  }
}

function linkOf(wire: Wire, channel: Channel): Link {
  let answered: () => void = () => undefined;
  wire.onMessage = () => answered();
  return {
    sender(bytes) {
      const message = counted(bytes);
      return () => {
        channel.sendMessageBinary(message);
        if (channel.bufferedAmount() <= high) return undefined;
        return new Promise<void>((resolve) => {
          wire.onLow = resolve;
        });
      };
    },
    ping: () =>
      new Promise<void>((resolve) => {
        answered = resolve;
        channel.sendMessageBinary(echoed());
      }),
  };
}

async function near(rpc: Rpc): Promise<NearEnd> {
  const library = await load<NodeDataChannel>('node-datachannel');
  async function dial(): Promise<readonly [Wire, Channel, number]> {
    rpc.send('open');
    await rpc.next('ready');
    const begun = sharedNow();
    const wire = new Wire(library, rpc);
    wire.use(wire.connection.createDataChannel('bench'));
    const channel = await wire.opened.promise;
    return [wire, channel, Math.max(sharedNow(), Number(await rpc.next('opened'))) - begun];
  }
  return {
    async connect() {
      const [wire, , ms] = await dial();
      rpc.send('close');
      await wire.close();
      await rpc.next('closed');
      return ms;
    },
    async open() {
      const [wire, channel] = await dial();
      return linkOf(wire, channel);
    },
  };
}

async function far(rpc: Rpc, counter: Counter): Promise<void> {
  const library = await load<NodeDataChannel>('node-datachannel');
  let wire: Wire | undefined;
  rpc.on('open', () => {
    const one = new Wire(library, rpc);
    wire = one;
    rpc.send('ready');
    void one.opened.promise.then((channel) => {
      one.onMessage = (message) => {
        if (message[0] === echoMark) channel.sendMessageBinary(message);
        else counter.message();
      };
      rpc.send('opened', sharedNow());
    });
  });
  rpc.on('close', () => {
    void (async () => {
      await wire?.close();
      rpc.send('closed');
    })();
  });
}

/** libdatachannel as a native addon. */
export const nodeDataChannelStack: Stack = {
  name: 'node-datachannel',
  abilities: ['connect', 'messages'],
  largest: 61_440,
  near,
  far,
};
