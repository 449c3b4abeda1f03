export type { Access } from './api/access.ts';
export type { Device, DeviceEvent, DiscoveryStats, InterfaceFault, InterfaceStats } from './api/devices.ts';
export type { Check, CheckId, CheckStatus, DiagnoseOptions, Diagnosis } from './api/diagnosis.ts';
export type { SignallingStep } from './api/diagnostics.ts';
export { type DiagnosticsChannel, type DiagnosticsMessages, diagnosticsChannels } from './api/diagnostics.ts';
export type { Group, Groups } from './api/groups.ts';
export type {
  AnyMessage,
  BroadcastResult,
  DeliveryOutcome,
  Message,
  MessageMap,
  MessageType,
  MessageTypes,
  PeerResults,
  Receipt,
  RequestAnswer,
  RequestContext,
  RequestData,
  RequestOptions,
  RequestResult,
  RequestType,
  SendOptions,
  SessionChange,
  Transfer,
} from './api/messages.ts';
export type { LanpeerNode } from './api/node.ts';
export type { Notice, NoticeCode, NoticeEvent } from './api/notices.ts';
export type { InspectorOptions, NodeOptions, RecordingOptions } from './api/options.ts';
export type { ConnectionChange, ConnectTarget, Peer, PropertyMap } from './api/peers.ts';
export type {
  MessageSchemas,
  RequestSchemas,
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from './api/schemas.ts';
export type { NodeStats, PeerStats, StreamStats } from './api/stats.ts';
export type { OpenStreamOptions, PeerStream, StreamCalls } from './api/streams.ts';
export type { Invitation, PendingDevice, TrustCalls, TrustedDevice, TrustOptions } from './api/trust.ts';
export type { Clock, Logger, Random } from './environment.ts';
export { errorCodes, LanpeerError, type LanpeerErrorCode } from './errors.ts';
export { limits } from './limits.ts';
export { type ConnectionState, type Reason, reasons } from './machines/connection/reasons.ts';
export { createNode } from './node.ts';
export { type DeviceId, isDeviceId } from './protocol/device-id.ts';
export { makeNetworkKey } from './protocol/network-key.ts';
export type { Via } from './protocol/via.ts';
export { ofType } from './streams/of-type.ts';
