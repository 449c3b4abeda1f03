/** Limits of messages, requests and their sessions. Times are milliseconds, sizes are bytes. */
export const messageLimits = {
  /** Messages to and from one peer. */
  messages: {
    /** Largest message, by default and at most. */
    bytes: 134_217_728,
    mostBytes: 1_073_741_824,
    /** Window of a peer: messages that are accepted and not handled. */
    queued: 2_048,
    queuedBytes: 8_388_608,
    /** Windows of all peers, beside what each peer has for itself: frozen ones must not stop the others. */
    poolBytes: 67_108_864,
    reserveBytes: 65_536,
    /** Larger messages are admitted one at a time; their memory is the caller's. */
    largeBytes: 1_048_576,
    /** Requests open with one peer, each way; as many responses on their way. */
    calls: 256,
    /** Bytes of requests open with one peer, or one request. */
    openBytes: 16_777_216,
    /** Messages that go in one piece, sent and not received: what a small request waits behind in the buffers of both systems. */
    windowBytes: 2_097_152,
    /**
     * Messages sent and not handled: the next one begins when there is less. What all honest peers send ahead of slow
     * handlers has to fit into what they share (`sharedBytes`).
     */
    aheadBytes: 524_288,
    /** A message of so many bytes is acknowledged as soon as it is handled: its sender may wait for that. */
    promptBytes: 65_536,
    /**
     * A message of so many bytes goes in one piece: into one record of every transport, with the shortest frame there is
     * around it. A longer one goes as a reference, and its bytes over the carrier of byte streams.
     */
    wholeBytes: 16_364,
    /** Bytes of the messages of a lane that are sent and have not come. */
    bodyWindowBytes: 1_048_576,
    /** A byte array of so many bytes is not copied into one piece with the rest of its message. */
    outOfBandBytes: 4_096,
    /** Large calls, and large volatile messages, that go at a time. */
    interleaved: 8,
    /** Progress of a large message is told in steps of so much. */
    progressBytes: 1_048_576,
    /** Unfinished messages of all peers: twice the largest message, and so much more. */
    unfinishedBytes: 16_777_216,
    /**
     * A peer of which less came for so long, with a link, or that has had no link for so long, loses its unfinished messages
     * if others need the memory. So many links give it time without more.
     */
    unfinished: { progressLeastBytes: 65_536, idleMs: 5_000, awayMs: 10_000, returns: 3 },
    /** Part of a message that has to be there before it gets room for all of it. */
    roomAfter: 1 / 8,
    volatileBytes: 8_388_608,
    /** Messages that came and are not handled. */
    inbound: 2_112,
    inboundBytes: 16_777_216,
    /** Of all peers, with open requests and unacknowledged answers: twice the largest message, and so much more. */
    sharedBytes: 33_554_432,
    /** What a message that waits holds beside its bytes. */
    overheadBytes: 512,
    /**
     * Large data that is being decoded, or decoded in a request without an answer, of all peers; more only where a peer has
     * nothing else there.
     */
    decodedBytes: 33_554_432,
    /** Cumulative acknowledgement after so many messages, or so long. */
    ackEvery: 32,
    ackMs: 50,
    depth: 64,
    /** Values in a message, by default and at most: each costs memory and time, however few bytes it has on the wire. */
    items: 100_000,
    leastItems: 1_000,
    mostItems: 10_000_000,
    /** Values that are decoded before others get a turn. */
    itemsAtOnce: 8_192,
    /** Flush of accepted messages on stop() and disconnect(). */
    flushMs: 1_000,
    /** Without a link for so long a session ends; what is known of it is kept for the other side so much longer. */
    outageMs: 300_000,
    rememberMs: 3_600_000,
    /** Sessions of peers without a place that are kept for their return; one with messages counts for so many. */
    absent: 1_024,
    absentUnsettled: 16,
    /** What of data does not fit its schema: so many places are named. */
    issues: 3,
    /** Messages and requests that do not fit their schema, and are told of; the others are counted only. */
    invalidReports: { perSecond: 1, burst: 16 },
    /** Time limit of a request that names none. */
    requestMs: 30_000,
    /** What a failed request tells of its error. */
    failureChars: 1_024,
    codeChars: 64,
  },
} as const;
