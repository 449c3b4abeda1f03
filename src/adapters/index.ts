export type { Device, DeviceChange, DiscoveryStats } from '../api/devices.ts';
export { systemClock } from '../environment.ts';
export { type BonjourDiscoveryOptions, bonjourDiscovery } from './discovery/bonjour-discovery.ts';
export type { Announcement, Discovery, DiscoveryListener } from './discovery/port.ts';
export { ephemeralIdentity } from './identity/ephemeral.ts';
export type { Identity, IdentityStore } from './identity/port.ts';
export { type StateDirectoryOptions, stateDirectoryIdentity } from './identity/state-directory.ts';
export type {
  DialTarget,
  Greeting,
  Refusal,
  SessionEnd,
  SessionListener,
  Signalling,
  SignallingListener,
  SignallingSession,
} from './signalling/port.ts';
export { type TlsSignallingOptions, tlsSignalling } from './signalling/tls-signalling.ts';
export type { LinkOptions, Transport, TransportLink, TransportListener } from './transport/port.ts';
export { type WeriftTransportOptions, weriftTransport } from './transport/werift/werift-transport.ts';
