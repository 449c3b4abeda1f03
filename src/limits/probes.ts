/** Limits of what a peer may ask a node to try for it. Times are milliseconds, sizes are bytes. */
export const probeLimits = {
  probes: {
    /** Of one peer: so many at once, and one more in so long. */
    burst: 8,
    everyMs: 500,
    /** Under way: of one peer, and of all together. */
    perPeer: 2,
    atOnce: 8,
    /** A dial: TCP, then TLS. */
    tcpMs: 2_000,
    tlsMs: 3_000,
    tokenBytes: 16,
    /**
     * Payloads of datagrams: with 28 bytes of IP and UDP the smallest that every path carries (RFC 791), a tunnel of 1,280
     * and one of 1,420, the largest of a WebRTC link (`webrtc.mtu` with DTLS), and a whole Ethernet frame.
     */
    sizes: [64, 548, 1_252, 1_392, 1_437, 1_472],
    /** So many datagrams of each size, so long apart. */
    rounds: 4,
    roundMs: 80,
    /** The side that was asked answers for so long; so long after that its report has to be here. */
    udpMs: 1_000,
    reportMs: 2_000,
    /** Datagrams of any kind that are taken in at a port; then it is closed. */
    datagrams: 256,
  },
} as const;
