/** Limits of the command line, the inspector, files, and what programs pass. Times are milliseconds, sizes are bytes. */
export const programLimits = {
  /** Files of the state directory: longer ones are not ours. */
  state: { fileBytes: 16_384 },
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
    /** `--streams`: streams that are received at once, and files that the folder may have. */
    openStreams: 256,
    streamFiles: 10_000,
    /** What stays free on the disk of that folder, which is looked at so often. */
    streamFreeBytes: 268_435_456,
    streamCheckMs: 1_000,
    /** What a person is shown of the data of a message. */
    shownChars: 2_000,
    /** Time limit that a request may name: what a timer can wait for. */
    timeoutMs: 2_147_483_647,
    /** Whether the process of `--parent` is still there is looked at this often. */
    parentEveryMs: 1_000,
    /** Output that waits unread when that process is gone gets so long: its reader may be gone as well. */
    lastOutputMs: 1_000,
    /** The same signal again so soon is the first one: npm passes on what its whole process group got. It then has so long. */
    sameSignalMs: 100,
    sameSignalGraceMs: 1_000,
    /** A network key file: longer ones are something else. */
    keyFileBytes: 16_384,
    /** For a browser to start and to read the file that leads it to a page. */
    redirectMs: 10_000,
    /** Seconds for which a command may look for a peer. */
    mostWaitSeconds: 86_400,
    /** When a device fits the name of a peer, others that fit it as well have so long to be there. */
    othersMs: 1_000,
    /** Devices that are listed where a name fits several, or none. */
    listedDevices: 10,
    /** Between two dials of an address of `--connect`: doubled from the one to the other. */
    leastConnectMs: 1_000,
    mostConnectMs: 30_000,
    /** With nothing new for so long, `lanpeer peers` has heard everybody. */
    quietMs: 1_500,
    /** A terminal is drawn anew so often at most. */
    frameMs: 40,
    /** `lanpeer ping`: how many, how often, and how long an answer may take. */
    mostPings: 100_000,
    pingEveryMs: 1_000,
    pingMs: 5_000,
    /** `lanpeer chat`: what is kept of a conversation, and what an entry costs beside its text. */
    historyChars: 1_048_576,
    entryOverhead: 128,
    /** What is shown of one message. */
    entryChars: 16_384,
    entryLines: 200,
    /** What is being written, what is pasted into it at once, and what was sent and can be brought back. */
    draftCharacters: 16_384,
    pastedChars: 131_072,
    sentTexts: 100,
    /** Whether somebody is in the room, before the first line is said, is looked at this often. */
    memberEveryMs: 100,
    /** A name that others see. */
    labelColumns: 24,
    /** A text that a person sends. */
    textBytes: 1_048_576,
    /** `lanpeer bench`: for what was sent to arrive. */
    benchArrivalMs: 30_000,
    /** What one peer may have of a node that serves it: so long, and so many bytes in that time. */
    benchMs: 180_000,
    benchBytes: 68_719_476_736,
    /** Largest message of it. */
    benchMessageBytes: 67_108_864,
    /** Seconds that one figure may take. */
    benchMostSeconds: 10,
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
    /** Links that no browser has followed yet, and browsers that have; the oldest goes first. */
    links: 16,
    browsers: 32,
    /** Cookies of all programs on 127.0.0.1 are among them. */
    headerBytes: 65_536,
    requestMs: 10_000,
    /** Cookies of one name that are looked at. */
    cookies: 64,
    /** Of the table of TCP connections of this machine so much is read, for so long: 150 bytes for each socket. */
    tableBytes: 134_217_728,
    tableMs: 1_000,
    /** Where messages are shown: so many a second, and so much of each. */
    messagesPerSecond: 50,
    /** Streams of one peer that are shown. */
    streams: 64,
    previewChars: 512,
    /** Transfers of files that are shown, and names of each. */
    transfers: 64,
    transferNames: 4,
  },
  /** A recording, and what waits to be written; and the longest line of one that is read. */
  recording: { fileBytes: 268_435_456, waitingBytes: 8_388_608, lineBytes: 1_048_576 },
  /** What is said of a value that a callback threw, and how far its stack is looked through. */
  thrown: { chars: 1_024, stackChars: 8_192 },
  /** Kinds of faults that are printed, each once, where there is no listener. */
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
