import type { DeviceId } from '../../../protocol/device-id.ts';

/** Of two devices the one with the lower id offers links, so that two that start at one moment do not end up with two. */
export const isOfferer = (ownId: DeviceId, peerId: DeviceId): boolean => ownId < peerId;
