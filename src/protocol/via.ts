/** What can carry the records of a link, in order of preference. */
export const vias = ['webrtc', 'tls'] as const;

export type Via = (typeof vias)[number];
