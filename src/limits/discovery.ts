/** Limits of mDNS, which is unverified, and of what is said of the surroundings. Times are milliseconds, sizes are bytes. */
export const discoveryLimits = {
  /** mDNS is unverified: memory and processor time that any device on the network can take. */
  discovery: {
    devices: 1_024,
    devicesPerSource: 64,
    /** A source whose new device takes the place of another one does so once in this time. */
    replaceEveryMs: 100,
    /** What is said of one device: by all sources, and by each: of several runs, at several ports. */
    claims: 16,
    claimsPerSource: 4,
    /**
     * Rates of packets, in units of what a small one costs, some 50 µs of a processor: of a source, of one at which a peer
     * was proven, and of all that are neither that nor this machine, of the proven ones, and of this machine.
     */
    packetsPerSecondPerSource: 50,
    packetsPerSecondPerProven: 200,
    packetsPerSecond: 1_000,
    packetsPerSecondProven: 1_000,
    packetsPerSecondOwn: 2_000,
    /** Steps (below) that cost as much as a small packet, and what a device that a packet speaks of costs. */
    stepsPerUnit: 50,
    unitsPerDevice: 2,
    /** Burst of the buckets, in seconds of their rate. */
    burstSeconds: 2,
    /** Longer packets are not decoded; RFC 6762 section 17 allows no longer ones. */
    packetBytes: 9_000,
    /** Questions and records that are read of one packet: packets of busy networks have 70. */
    packetRecords: 256,
    /** Those, their labels, pointers and strings that are read of one packet: a short one can ask for long names. */
    packetSteps: 2_048,
    /** Strings of a TXT record. */
    txtStrings: 128,
    /** Devices that one packet may speak of: ours speak of themselves. */
    devicesPerPacket: 16,
    /** Sources whose rate is told apart. */
    rateSources: 4_096,
    /** A device not heard for so long is reported lost; three queries of the cadence below go unanswered first. */
    silentMs: 150_000,
    /** Queries after start: at these ages, then every last one. */
    queryAtMs: [0, 1_000, 3_000, 9_000, 30_000],
    queryEveryMs: 45_000,
    /** Queries that a program asks for come at most this often. */
    askAtMostEveryMs: 1_000,
    /** Nothing new of a device is told at most this often. */
    refreshedEveryMs: 1_000,
    /** The same fault of an interface is reported at most this often, and so many different ones of it in that time. */
    faultEveryMs: 60_000,
    faultKinds: 8,
    /** What cannot be opened, or cannot send, is opened again this often: a port is freed, a firewall is changed. */
    retryEveryMs: 4_000,
    /** Interfaces whose figures are kept, and open files that are looked at to find which process has the port. */
    interfaces: 64,
    holderLooks: 50_000,
    /** For the goodbye to leave. */
    goodbyeMs: 250,
    /** Interfaces are compared this often. */
    interfacesEveryMs: 2_000,
    /** Pairs of a TXT record that are looked at, and bytes of each: DNS has no longer ones. */
    txtPairs: 16,
    txtValueBytes: 255,
    nameBytes: 63,
    /** Records of a device that come in several packets are put together if no more time is between them. */
    joinMs: 5_000,
    /** Sources of which such records are kept, devices and hosts of each, and bytes of a TXT record. */
    joinSources: 32,
    joinPerSource: 32,
    joinTextBytes: 2_048,
    /** Packets of ours to the group of an interface come at most this often (RFC 6762 section 6). */
    answerEveryMs: 1_000,
    /** Bytes of an answer: with UDP and IP it stays under the 1,500 bytes of an Ethernet frame. */
    answerBytes: 1_440,
    /** An answer waits between these if other hosts may have answers to the same question (RFC 6762 section 6). */
    sharedDelayMs: [20, 120],
    /** And between these if the asker has more known answers (RFC 6762 section 7.2), which it may have for so long. */
    truncatedWaitMs: [400, 500],
    truncatedMostMs: 2_000,
    truncatedSources: 64,
    /** Answers to one asker alone, and to all of them: its address may be forged. */
    unicastPerSecondPerSource: 10,
    unicastPerSecond: 100,
    /** Questions that an answer to a simple resolver repeats. */
    legacyQuestions: 4,
    /** Addresses of this machine that are announced on one interface. */
    ownAddresses: 16,
  },
  /** What is said of the surroundings of a node. */
  notices: {
    /** Of one code so many events are told at once, then one in this time. */
    burst: 3,
    tellEveryMs: 60_000,
    /** A node that heard and reached no other device for so long says so. */
    aloneMs: 60_000,
    /** A device that is still heard so long after the first dial that failed is said to be unreachable. */
    unreachedMs: 5_000,
  },
} as const;
