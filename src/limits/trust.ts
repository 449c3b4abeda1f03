/** Limits of trust on first use. Times are milliseconds, sizes are bytes. */
export const trustLimits = {
  trust: {
    /** Devices that a node trusts: more are refused. */
    devices: 1_024,
    /** Revoked devices that are remembered as such; one that is forgotten is a stranger again, and has to wait. */
    revoked: 1_024,
    /** The file with both. */
    fileBytes: 2_097_152,
    /** Devices that wait to be trusted: in all, and at one address. */
    pending: 64,
    pendingPerAddress: 16,
    /** One that has not proven its key again for so long waits no more. */
    pendingMs: 600_000,
  },
  /** An invitation: how long it is valid, by the monotonic clock, and how many addresses it names. */
  invitation: { validMs: 600_000, addresses: 4 },
} as const;
