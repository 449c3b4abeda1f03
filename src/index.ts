export type { Device, DiscoveryStats, InterfaceStats } from './adapters/discovery/port.ts';
export type {
  Access,
  AnyMessage,
  BroadcastResult,
  ConnectionChange,
  ConnectTarget,
  DeviceEvent,
  Fate,
  InspectorOptions,
  LanpeerNode,
  Message,
  MessageMap,
  MessageType,
  MessageTypes,
  NodeOptions,
  NodeStats,
  Notice,
  NoticeCode,
  NoticeEvent,
  Peer,
  PeerStats,
  Receipt,
  RecordingOptions,
  RequestAnswer,
  RequestContext,
  RequestData,
  RequestOptions,
  RequestResult,
  RequestType,
  SendOptions,
  SessionChange,
  Transfer,
} from './api.ts';
export { type DiagnosticsChannel, type DiagnosticsMessages, diagnosticsChannels } from './diagnostics.ts';
export type { Clock, Logger, Random } from './environment.ts';
export { errorCodes, LanpeerError, type LanpeerErrorCode } from './errors.ts';
export { limits } from './limits.ts';
export { type ConnectionState, type Reason, reasons } from './machines/reasons.ts';
export type { SignallingStep } from './node/monitoring/trace.ts';
export { createNode } from './node.ts';
export { type DeviceId, isDeviceId } from './protocol/device-id.ts';
export { makeNetworkKey } from './protocol/network-key.ts';
export type { Via } from './protocol/via.ts';
export { ofType } from './streams/of-type.ts';
