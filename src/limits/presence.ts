/** Limits of what peers say of themselves: properties and groups. Times are milliseconds, sizes are bytes. */
export const presenceLimits = {
  presence: {
    /** Encoding of the properties of a node: measured before it is decoded. */
    propertiesBytes: 4_096,
    /** Groups that a node is in. */
    groups: 256,
    groupNameBytes: 64,
    /** A node says its changes, and publishes those of a peer, once in so long: the newest values. */
    everyMs: 50,
  },
} as const;
