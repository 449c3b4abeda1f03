import { limits } from '../../../limits.ts';
import type { Transport } from '../port.ts';

const { highWater, recordBytes } = limits.webrtc;

/** What is known of WebRTC without loading werift. Not authenticated: seal what goes over it. */
export const weriftFacts: Omit<Transport, 'open'> = { via: 'webrtc', authenticated: false, recordBytes, highWater };
