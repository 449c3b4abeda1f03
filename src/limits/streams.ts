/** Limits of byte streams. Sizes are bytes. */
export const streamLimits = {
  streams: {
    /** Streams open with one peer that this side opened; the next one waits. */
    open: 128,
    /** Those of the other side that this side keeps; what ends on one side has to reach the other first. */
    remote: 256,
    /** What goes with the opening of a stream, encoded. */
    openBytes: 4_096,
    /** Written and not known to have arrived: kept for the next carrier. */
    sendBytes: 1_048_576,
    /** Of it beyond {@link leastWindowBytes}, of all streams of one peer, and of all peers. */
    peerSendBytes: 16_777_216,
    allSendBytes: 67_108_864,
    /**
     * Credit of a stream: what its reader has not read. A reader that keeps up gets more, as far as there is any; where others
     * hold all of it, a stream has the least.
     */
    leastWindowBytes: 4_096,
    windowBytes: 65_536,
    mostWindowBytes: 1_048_576,
    /** Credit beyond {@link leastWindowBytes} of all streams of one peer, and of all peers. */
    peerCreditBytes: 8_388_608,
    creditBytes: 67_108_864,
    /** Memory of what was written, and of what was received and not read, is taken in blocks. */
    blockBytes: 65_536,
    smallBlockBytes: 4_096,
    /** Blocks that are kept for the next stream. */
    freeBlocks: 64,
    /** What a stream that is aborted tells of the reason. */
    reasonChars: 256,
    codeChars: 64,
    /** Frames of streams that belong to no session here, of one carrier. */
    unreadBytes: 1_048_576,
    /** Streams that are unknown here and wait to be answered so. */
    unknown: 512,
  },
} as const;
