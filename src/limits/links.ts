/** Limits of links and of the transports under them. Times are milliseconds, sizes are bytes. */
export const linkLimits = {
  /** An open link. */
  link: {
    /** An idle link, and one that carries something. */
    pingEveryMs: 3_000,
    busyPingMs: 6_000,
    suspectMs: 5_000,
    downMs: 8_000,
    checkEveryMs: 250,
    byeMs: 100,
    /** A link that was replaced stays until the other side uses the new one, so long at most. */
    lingerMs: 30_000,
    /** Of one peer; then the oldest is closed. */
    lingering: 2,
    /** Frames of messages that wait for a link to open, and bytes of them. */
    early: 4_096,
    earlyBytes: 1_048_576,
    /** Answers to pings that wait to be written: an answer counts for the pings before its own as well. */
    pongs: 4,
  },
  /** A WebRTC link: werift is slower with larger records and with more bytes under way. */
  webrtc: {
    recordBytes: 16_384,
    maxMessageBytes: 65_536,
    highWater: 65_536,
    lowWater: 32_768,
    closeMs: 1_000,
    /** Largest SCTP packet; with DTLS, UDP and IP it stays under the 1,500 bytes of an Ethernet frame. */
    mtu: 1_400,
    /** Under way and not acknowledged: more only fills the other side's socket buffer, which drops it. */
    windowBytes: 65_536,
    /**
     * Candidates of a peer that are checked where no ICE server is configured, and their least port: a peer may name
     * another host, which gets a few datagrams for each.
     */
    candidates: 4,
    leastPort: 1_024,
    /** Candidate pairs of a link; a replayed binding request from another address would add one each. */
    pairs: 64,
    /** DTLS datagrams that came before the DTLS socket. */
    earlyDatagrams: 32,
    /** Handshake messages that wait for one before them. */
    handshakeAhead: 16,
    /** Fragments of handshake messages that wait for the rest, and the length of a whole message. */
    handshakeFragments: 32,
    handshakeBytes: 65_536,
    /** Chunks received out of order, and bytes of unfinished messages over the announced window of 1 MiB. */
    chunksAhead: 4_096,
    overrunBytes: 131_072,
    /** Blocks in a selective acknowledgement. */
    ackBlocks: 256,
  },
  /**
   * What runs over the signalling session. A record, its header and that of a WebSocket frame with a mask are one TLS record
   * (16,384 bytes): the receiver gets it as one chunk, and need not put it together from two. While it is buffered, a record
   * counts for `heldBytes` at least: so much do a write to ws, TLS and the socket hold, however short it is.
   */
  tls: {
    recordBytes: 16_368,
    /** Of all links of a session together. */
    highWater: 262_144,
    lowWater: 131_072,
    /** Of byte streams beside them: a small message waits behind no more than both. */
    streamHighWater: 262_144,
    heldBytes: 1_024,
    freeFrames: 32,
    /**
     * Bytes of records that nothing here carries, over the life of a session. Of a link that this side has closed more may
     * be under way, in the sockets of both ends, until the other end has answered a later ping.
     */
    uncarriedBytes: 1_048_576,
    underWayBytes: 16_777_216,
  },
} as const;
