/**
 * Every cap and time limit of lanpeer in one place: value, unit, and what it protects. Times are milliseconds, sizes
 * are bytes. `scripts/mutations/limits.ts` names for each the test that reaches it, or says that none is known.
 */
export const limits = {
  /** Before authentication: what strangers may hold open, for how long, and how much they may send. */
  strangers: {
    /** TLS handshakes and what follows them; loopback and addresses of proven peers have as many for themselves. */
    sockets: 32,
    /** Per remote address; loopback and addresses of proven peers are exempt: many nodes on one host are honest. */
    socketsPerAddress: 8,
    /** Sockets that have said nothing yet, or wait for a slot; over that one of the address that has most goes. */
    waiting: 128,
    /** Handshakes that begin in a second, processor time; of the exempt ones. */
    perSecond: 100,
    favouredPerSecond: 300,
    /** Addresses of which it is known who had a slot last. */
    remembered: 1_024,
    /** Of those who were sent away, devices that are known at the address are dialed: so often in all, and at one. */
    callBackEveryMs: 50,
    callBackAddressMs: 1_000,
    callBackDevices: 8,
    timeMs: 10_000,
    /** So long a slot is safe from whoever waits at an address that holds fewer: a handshake over Wi-Fi takes 0.1 s. */
    graceMs: 300,
    /** The same for the only slot of an address: nobody of many that come at once, as after a power cut, is greedy. */
    loneGraceMs: 500,
    /** While others wait, a stranger gives up its slot if a step (TLS, upgrade, proof) takes so long. */
    hurryMs: 1_000,
    /** The limits above are looked after this often. */
    sweepMs: 100,
    bytes: 8_192,
    httpHeaderBytes: 8_192,
  },
  /** The WebSocket under signalling: memory of hostile frames. */
  webSocket: {
    maxPayload: 65_536,
    maxFragments: 16,
    maxBufferedChunks: 64,
    bufferedBytes: 1_048_576,
    /** Frames are taken in for so long, then the event loop comes round for everything else. */
    turnMs: 10,
  },
  /** An authenticated signalling session: work that a peer can cause. */
  signalling: {
    messagesPerSecond: 50,
    burst: 100,
    messageBytes: 16_384,
    /** Of a transport or a feature, in an offer or a greeting; and names of one list there. */
    nameChars: 32,
    names: 32,
    candidates: 16,
    /** Sessions open with one peer at a time: both sides' dials and one spare. */
    sessionsPerPeer: 4,
    /** Messages kept for a session that nobody listens to yet, and bytes of them. */
    early: 64,
    earlySessionBytes: 131_072,
    /**
     * Bodies for links that do not exist, one an epoch: bytes that one peer may have here, all of them together, and what
     * each counts beside its own.
     */
    earlyPerPeerBytes: 65_536,
    earlyBytes: 1_048_576,
    earlyOverhead: 512,
    pingEveryMs: 10_000,
    /** After our bye, for the other side to close: TCP sends it again after 0.2, 0.6 and 1.4 s. */
    closeMs: 2_000,
  },
  /** Network keys of one node: the one that it proves, and others that it accepts while a network changes its key. */
  access: { networkKeys: 4 },
  /** Failed authentications: back-off per (address, id), and at most one log line a minute for each. */
  denial: { baseMs: 1_000, capMs: 60_000, entries: 1_024, logEveryMs: 60_000 },
  /** Dials: what announcements may make this node do. */
  dial: {
    atOnce: 8,
    perSource: 2,
    /** A dial without an end for so long counts no more in `atOnce` while others wait; so many times that are the most. */
    idleMs: 500,
    idleTimes: 4,
    /** Dials to one address, and in all, that nothing but announcements speaks for: anybody can name any address. */
    perTarget: { burst: 16, perSecond: 4 },
    hearsay: { burst: 64, perSecond: 16 },
    /** Addresses that become known while a dial is under way: of one source, and in all. */
    addedPerSource: 4,
    added: 16,
    timeoutMs: 2_000,
    authenticationMs: 5_000,
    staggerMs: 250,
    /** An address that has not answered is dialed again beside the first dial, so long after the last dial. */
    againMs: [500, 1_000],
    /** So many begin at once, each more of them so long after the one before, while this process is on time. */
    eager: 2,
    nextMs: 10,
    /** For so long a dial waits for this process to be on time for three looks, where the other side dials as well. */
    patienceMs: 5_000,
    /** A look that comes later than this shows that this process is what is slow: more dials would only make it slower. */
    lookEveryMs: 50,
    lateMs: 20,
    addresses: 16,
    /** Ports below it need a privilege: services of others, which no announcement makes this node call. */
    leastPort: 1_024,
    /** Of addresses that failed since the peer was reached there so many are dialed at a time, in turn. */
    failing: 2,
    /** A dial that fails asks by mDNS if nothing was heard of the device for so long. */
    askAfterMs: 5_000,
    /** A device that did not answer for so long was away: that it is heard again is news. */
    answerMs: 3_000,
    /**
     * Addresses off the link that announcements name: anybody can name any host of a network behind a router. So many of
     * one device, so many in all, each dialed after all else failed; one dial in so long. One that was not reached gives
     * its place up after so long.
     */
    offLink: 4,
    /** So many places for what one source announces. */
    offLinkPerSource: 3,
    offLinkEveryMs: 1_000,
    offLinkHoldMs: 600_000,
    /** Addresses at which a peer was reached that are kept. */
    confirmed: 4,
  },
  /** mDNS is hearsay: memory and processor time that anyone on the network can take. */
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
    heardEveryMs: 1_000,
    /** The same fault of an interface is reported at most this often, and so many different ones of it in that time. */
    troubleEveryMs: 60_000,
    troubleKinds: 8,
    /** What cannot be opened, or cannot send, is opened again this often: a port is freed, a firewall is changed. */
    retryEveryMs: 4_000,
    /** Interfaces whose figures are kept, and open files that are looked at to find who has the port. */
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
    /** A node that heard and reached nobody else for so long says so. */
    aloneMs: 60_000,
    /** A device that is still heard so long after the first dial that failed is said to be unreachable. */
    unreachedMs: 5_000,
  },
  /** Files of the state directory: longer ones are not ours. */
  state: { fileBytes: 16_384 },
  /** Peers: connections, links and their machines. */
  peers: { default: 64, max: 256, remembered: 1_024 },
  /** Another run with this node's own key: dials that announcements of its id may cause, and what is told of it. */
  copies: {
    /** Dials at a time, and how soon one address is dialed again. */
    atOnce: 2,
    againMs: 2_000,
    /** Addresses that are remembered for that. */
    remembered: 64,
    /** A node that was superseded looks this often whether the newer copy is still there, and this often on each look. */
    checkEveryMs: 15_000,
    looks: 3,
    lookAgainMs: 1_000,
    tellEveryMs: 60_000,
  },
  /** One attempt to connect: the dial from its begin, then the link. */
  connect: {
    /** A dial, from the first address that is tried: those of single addresses end long before. */
    dialMs: 30_000,
    /** A link over TLS, or the offer that has to come: nothing but a slow process delays them. */
    timeoutMs: 15_000,
    /** A WebRTC link that is not open by then is replaced by a new epoch on the same signalling session. */
    stallMs: 3_000,
    /** A link ended while its signalling session lives: one over that session has so long to open. */
    fallbackMs: 3_000,
    /** So many links over a session may end, one after the other, before the connection has failed. */
    falls: 4,
    epochsPerAttempt: 6,
    /** The higher id gives the lower one this head start before it dials. */
    headStartMs: [400, 800],
    /** Time for the current link to answer when another copy of a device claims it. */
    contestMs: 2_000,
    /** A link in doubt (news of the peer, a network change) that does not answer for so long: the peer is dialed. */
    askMs: 250,
    /** Time for the doubt to be settled; after it the link's own time limits decide. */
    doubtMs: 4_000,
    /** Signalling was refused and the link is silent for so long: the process is gone. */
    goneMs: 300,
    /** A live link without signalling dials again this often. */
    redialMs: 5_000,
    /** After so many of these dials in vain TCP is blocked: from then on this often. */
    redials: 12,
    redialSlowMs: 60_000,
    /** Signalling broke and the dial came to nothing, but not because nobody listens: dial again after so long. */
    againMs: 250,
  },
  /** Reconnecting: full jitter between 0 and base · 2ⁿ, never over the cap. */
  backoff: {
    baseMs: 250,
    capMs: 30_000,
    /** While a session may still be resumed. */
    resumeCapMs: 1_000,
    resumeMs: 300_000,
    /** That cap as a share of the outage so far, once that is more. */
    resumeShare: 1 / 8,
    /** A link that lived so long resets the attempts. */
    stableMs: 30_000,
    giveUpMs: 600_000,
    /** A device that is heard and not reached is tried this often for ever, give or take a quarter. */
    heardRetryMs: 60_000,
    /** New incarnations of a peer without a stable link: from then on it waits its back-off out. */
    crashes: 3,
    /** News puts a live link in doubt at most this often. */
    hintEveryMs: 1_000,
  },
  /** Bringing up the preferred transport beside a link over the signalling session. */
  upgrade: {
    baseMs: 1_000,
    capMs: 60_000,
    resumeCapMs: 60_000,
    /** From its turn on; then it has failed. */
    timeoutMs: 10_000,
    /** Of one node at a time. */
    atOnce: 2,
    /** Whether the event loop has time is looked at this often while upgrades wait. */
    lookEveryMs: 50,
    /** A look that comes later than this by itself shows an event loop without time: nothing begins. */
    lateMs: 20,
    /** After that the next look is later by up to so long, by chance. */
    lateLookMs: 500,
    /** Nothing begins so soon after the last connection opened, nor while dials are under way, for so long at most. */
    quietMs: 150,
    patienceMs: 15_000,
  },
  /** An open link. */
  link: {
    /** An idle link, and one that carries something. */
    pingEveryMs: 2_000,
    busyPingMs: 4_000,
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
     * somebody else, to whom each sends a few datagrams.
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
  /** A link over the signalling session: a record and its header are one WebSocket frame. */
  tls: { recordBytes: 65_528, highWater: 262_144, lowWater: 131_072 },
  /** Messages to and from one peer. */
  messages: {
    /** Largest message, by default and at most. */
    bytes: 134_217_728,
    mostBytes: 1_073_741_824,
    /** Window of a peer: messages that are accepted and not handled. */
    queued: 1_024,
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
    /** Fragments sent and not received. */
    windowBytes: 8_388_608,
    /**
     * Messages sent and not handled: the next one begins when there is less. What all honest peers send ahead of slow
     * handlers has to fit into what they share (`sharedBytes`).
     */
    aheadBytes: 524_288,
    /** A message of so many bytes is acknowledged as soon as it is handled: its sender may wait for that. */
    promptBytes: 65_536,
    /** A fragment goes into one record of every transport. */
    fragmentBytes: 16_320,
    /** No fragment but the last is shorter: memory of hostile crumbs. */
    leastFragmentBytes: 512,
    /** Large calls that go at a time, each fragment in turn. */
    interleaved: 8,
    /** Progress of a large message is told in steps of so much. */
    progressBytes: 1_048_576,
    /** Unfinished messages of one peer. */
    partials: 32,
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
    inbound: 1_088,
    inboundBytes: 16_777_216,
    /** Of all peers, with open requests and answers nobody has acknowledged: twice the largest message, and so much more. */
    sharedBytes: 33_554_432,
    /** What a message that waits holds beside its bytes. */
    overheadBytes: 512,
    /**
     * Large data that is being decoded, or decoded in a request without an answer, of all peers; more only where a peer has
     * nothing else there.
     */
    decodedBytes: 33_554_432,
    /** Cumulative acknowledgement after so many fragments or messages, or so long. */
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
    /** Time limit of a request that names none. */
    requestMs: 30_000,
    /** What a failed request tells of its error. */
    failureChars: 1_024,
    codeChars: 64,
  },
  /** The command line. */
  cli: {
    /** The longest text of a 64-bit process: bytes of the largest message are 179 MB of base64. */
    lineBytes: 536_870_888,
    /** Output that waits unread: with more, neither messages nor commands are taken. */
    outputBytes: 8_388_608,
    /** Events, of as many subjects, that wait meanwhile. */
    heldEvents: 1_024,
    /** Lines of commands whose outcome is not known yet: with more, standard input is not read. */
    pendingBytes: 67_108_864,
    /** What a command costs beside its line. */
    pendingOverhead: 1_024,
    /** Text that is written in one piece. */
    pieceChars: 1_048_576,
    /** What a person is shown of the data of a message. */
    shownChars: 2_000,
    /** Time limit that a request may name: what a timer can wait for. */
    timeoutMs: 2_147_483_647,
    /** Whether the process of `--parent` is still there is looked at this often. */
    parentEveryMs: 1_000,
    /** Output that waits unread when that process is gone gets so long: whoever was to read it may be gone as well. */
    lastOutputMs: 1_000,
    /** The same signal again so soon is the first one: npm passes on what its whole process group got. It then has so long. */
    sameSignalMs: 100,
    sameSignalGraceMs: 1_000,
    /** A network key file: longer ones are something else. */
    keyFileBytes: 16_384,
    /** For a browser to start and to read the file that leads it to a page. */
    redirectMs: 10_000,
  },
  /** The page of a node. */
  inspector: {
    /** Past frames that a page gets when it comes. */
    frames: 5_000,
    batchMs: 100,
    figuresEveryMs: 1_000,
    /** Waiting for a page that does not keep up: with more it gets a gap, and how everything stands when it has caught up. */
    waitingBytes: 4_194_304,
    pages: 8,
    /** TCP connections: a browser has six for a page. Of those that have shown no key one goes when another comes. */
    connections: 128,
    /** Links that nobody has followed yet, and browsers that have; the oldest goes first. */
    links: 16,
    browsers: 32,
    /** Cookies of all programs on 127.0.0.1 are among them. */
    headerBytes: 65_536,
    requestMs: 10_000,
    /** Cookies of one name that are looked at. */
    cookies: 64,
    /** Of the table of TCP connections of this machine so much is read, for so long: 150 bytes for a socket of anybody. */
    tableBytes: 134_217_728,
    tableMs: 1_000,
    /** Where messages are shown: so many a second, and so much of each. */
    messagesPerSecond: 50,
    previewChars: 512,
  },
  /** A recording, and what waits to be written; and the longest line of one that is read. */
  recording: { fileBytes: 268_435_456, waitingBytes: 8_388_608, lineBytes: 1_048_576 },
  /** What is said of a value that a callback threw, and how far its stack is looked through. */
  thrown: { chars: 1_024, stackChars: 8_192 },
  /** Kinds of faults that are printed, each once, where nobody listens. */
  warnings: { kinds: 64 },
  /** A thenable that gives a thenable, and so on: what goes further gives itself, and for ever. */
  thenables: 64,
  /** Strings from outside in log lines: escaped and cut. */
  logStringChars: 128,
  /** Longest time of a timer (2^31 - 1): Node would take a longer one for 1 ms. */
  timerMs: 2_147_483_647,
  /** Items of a list among the options: an iterator may never end. */
  listOptions: 65_536,
  /** A value of the program's that an error message shows. */
  messageValueChars: 80,
} as const;
