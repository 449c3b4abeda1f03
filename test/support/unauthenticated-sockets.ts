import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import {
  createUnauthenticatedSockets,
  type UnauthenticatedSockets,
} from '../../src/adapters/signalling/server/unauthenticated-sockets.ts';
import { createSeededRandom } from '../../src/testing/simulation/seeded-random.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

export interface Client {
  readonly socket: Socket;
  readonly state: 'pending' | 'active' | 'rejected' | 'closed';
  /** As if so many bytes had come. */
  readBytes(count: number): void;
  /** The other side closes the socket. */
  close(): void;
}

function connect(sockets: UnauthenticatedSockets, address: string): Client {
  let state: Client['state'] = 'pending';
  const fake = Object.assign(new EventEmitter(), {
    remoteAddress: address,
    bytesRead: 0,
    destroy() {
      if (state !== 'rejected') state = 'closed';
      // Like a socket: the close is reported later, not within the call.
      process.nextTick(() => fake.emit('close'));
    },
  });
  const socket = fake as unknown as Socket;
  sockets.add(socket, {
    onSlot() {
      state = 'active';
    },
    onRejected() {
      state = 'rejected';
    },
  });
  return {
    socket,
    get state() {
      return state;
    },
    readBytes(count) {
      fake.bytesRead = count;
    },
    close() {
      state = 'closed';
      fake.emit('close');
    },
  };
}

export const proven = '198.51.100.7';

/** The sockets of a listener, with fake ones. */
export function createSocketsRig(seed = 1) {
  const clock = createVirtualClock();
  const sockets = createUnauthenticatedSockets({
    clock,
    random: createSeededRandom(seed).next,
    isProvenAddress: (address) => address === proven,
  });
  const silent = (address: string): Client => connect(sockets, address);
  const client = (address: string): Client => {
    const made = silent(address);
    sockets.firstRecordReceived(made.socket);
    return made;
  };
  return {
    clock,
    sockets,
    silent,
    client,
    clients: (count: number, address: string): Client[] => Array.from({ length: count }, () => client(address)),
    /** One from each of so many addresses. */
    crowd: (count: number, from = 0): Client[] =>
      Array.from({ length: count }, (_, no) => client(`10.0.${from}.${no}`)),
  };
}

export const count = (clients: readonly Client[], state: Client['state']): number =>
  clients.filter((client) => client.state === state).length;

export const states = (clients: readonly Client[]): string[] => [...new Set(clients.map(({ state }) => state))];
