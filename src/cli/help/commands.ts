import {
  accessOptions,
  commandOptions,
  exitCodeWords,
  networkOptions,
  peerWords,
  stateOptions,
  waitOption,
} from './options.ts';

const key = `lanpeer key [FILE]: makes a network key

  lanpeer key FILE           writes it to a file that only you can read; one that is there stays as it is
  lanpeer key                prints one
  lanpeer key --show FILE    prints the one in a file

  --qr               shows it as a QR code as well, on standard error
  --json             prints a JSON line

Give the same key to every device that is to talk with the others.`;

const id = `lanpeer id: prints the id of this device, and makes its identity if there is none

  --state DIR        where the identity is kept; default: $XDG_STATE_HOME/lanpeer
  --new              makes another identity: the one before is gone for good
  --qr               shows it as a QR code as well, on standard error
  --json             prints a JSON line`;

const run = `lanpeer run [options]: runs a node until it is interrupted

${accessOptions}
${networkOptions}
${stateOptions}
  --connect ADDRESS:PORT  connects to the peer there, and again when it is gone; may be repeated
  --inspect [PORT]   serves a page on 127.0.0.1 that shows every connection
  --inspect-messages shows the beginnings of messages there as well
  --record FILE      records what the machines do; --mask replaces names, addresses and ids
  --streams DIR      writes the byte streams that peers open into this folder; --accept TYPE names a type that is
                     accepted, and may be repeated
  --json             speaks JSON lines on standard input and output
  --until-stdin-ends stops when standard input ends; default: runs on
  --parent PID       stops when that process is gone

SIGHUP, SIGINT and SIGTERM stop a node with a goodbye; another one during the stop ends it at once. SIGUSR2 reads the key
files again.
Exit codes: 0 stopped as asked, 1 failed while running, 2 wrong usage or a Node that is too old, 128 + n ended by signal n.`;

const pair = `lanpeer pair: pairs this device with another one, for good and without a key

  lanpeer pair               shows an invitation, as text and QR code, for one device and ten minutes; or, where the other
                             device runs lanpeer pair as well, a number that both have to show, and asks
  lanpeer pair --take        asks for the invitation of the other device, or reads it from standard input

  --name NAME        shown to others; default: the host name
  --interface NAME   uses this interface, by name or IPv4 address; may be repeated; default: all but loopback
  --port PORT        TCP port to listen on; default: any free one
  --no-discovery     no mDNS: by invitation alone
  --state DIR        keeps the identity, and who is trusted, there; default: $XDG_STATE_HOME/lanpeer
  --json             prints JSON lines

Every other command lets in the devices that were paired, where no key or other access is named (or with --trust).
${exitCodeWords}`;

const trust = `lanpeer trust: lists the devices that this one trusts, and those that were revoked

  lanpeer trust ID           trusts a device, by its whole id; the other one has to trust this one as well
  lanpeer trust ID --name N  the same, or renames one that is trusted

  --state DIR        where the list is kept; default: $XDG_STATE_HOME/lanpeer
  --json             prints JSON lines

ID is also the name of a device in the list, or the beginning of its id. A node that runs has the list to itself.`;

const revoke = `lanpeer revoke ID: lets a device in no more, whatever it calls itself, until it is trusted again

ID is the id of a device, its beginning, or its name in the list of lanpeer trust.

  --state DIR        where the list is kept; default: $XDG_STATE_HOME/lanpeer
  --json             prints JSON lines`;

const inspect = `lanpeer inspect [FILE]: opens a browser that shows a node or a recording

  lanpeer inspect            the node that runs with --inspect
  lanpeer inspect FILE       a recording, of lanpeer run --record FILE

  --state DIR        of the node; default: $XDG_STATE_HOME/lanpeer
  --port PORT        where a recording is served on 127.0.0.1; default: any free one
  --print            only prints the link`;

const peers = `lanpeer peers: lists who is there: name, id, address, transport, round trip, since when

  --watch            goes on until it is interrupted: a table on a terminal, else a line for each change
  --wait SECONDS     how long to listen at most, where it is never quiet; default 10
${commandOptions}

${exitCodeWords}`;

const ping = `lanpeer ping PEER: asks a peer again and again, and tells the path, the round trips and the loss

${peerWords}

  --count N          how often; default 5
${waitOption}
${commandOptions}

${exitCodeWords}`;

const chat = `lanpeer chat [ROOM]: talks with all who run it on the same network, in the room for everybody or in the one of that name

On a terminal: /who, /help, /quit; PageUp scrolls, Alt-Enter begins another line, Ctrl-D leaves.
Elsewhere: each line of standard input that is not blank is said, and the end of it ends the chat; what others say goes to standard output, a
line for each line; who comes and goes, to standard error. What comes before anybody is there waits, for as long as --wait says.

  --wait SECONDS     how long lines wait for somebody who hears them; default 10
  --json             JSON lines in, {"text":"…"}, and out
${commandOptions.replace(/\n *--json.*$/, '')}

${exitCodeWords}`;

const send = `lanpeer send PEER FILE...: sends files, folders or a text to a person at another device

  lanpeer send PEER FILE...       files and folders; links inside of folders are left out. The peer has to run
                                  lanpeer receive. If it is cut off, the same command goes on where it ended
  lanpeer send PEER -             what standard input has, as a file; --as NAME names it, else it is called stdin
  lanpeer send PEER --text TEXT   a text; --text - sends what standard input has
                                  the peer has to run lanpeer receive, lanpeer chat or lanpeer run

${peerWords}

${waitOption}
${commandOptions}

${exitCodeWords}`;

const receive = `lanpeer receive [DIR]: takes files into a folder, and shows texts, until it is interrupted

  DIR                where files go; default: the current folder. Nothing there is ever overwritten: a name that is
                     taken gets a number. What was cut off is in .lanpeer-* there, and goes on when it is offered again
  --yes              takes files without a question, from everybody who may connect. Without it, and without a terminal to
                     ask on, files are refused
  --once             ends after the first that comes; a text does not end files that are under way
${commandOptions}

The paths of what came are printed on standard output; texts are shown on standard error, with --json on standard output.
${exitCodeWords}`;

const bench = `lanpeer bench PEER: measures round trips, messages and MB/s to a peer, over each transport

  lanpeer bench PEER         the peer has to run lanpeer bench --serve
  lanpeer bench --serve      takes part in the measurements of others until it is interrupted

${peerWords}

  --seconds N        how long one figure is measured; default 2, at most 10
${waitOption}
${commandOptions}

${exitCodeWords}`;

const doctor = `lanpeer doctor [PEER]: says what keeps this device from its peers, and what to do about it

  lanpeer doctor             looks at this machine and its network
  lanpeer doctor PEER        looks at the way to one peer as well

${peerWords}

It runs a node for some seconds that only looks, also beside one that runs, and that is not announced. Without a key it
compares no keys. Each line is a check: ✓ well, ✗ a fault, ? not looked at or not to be told.

  --wait SECONDS     how long it listens; default 10
  --verbose, -v      shows what was seen of what is well, too
${commandOptions}: one object

Exit codes: 0 no fault was found, 1 a fault was found, 2 wrong usage or a Node that is too old, 3 nothing can be said for
certain, 128 + n ended by signal n.`;

/** What `lanpeer help COMMAND` tells. */
export const helpOfCommands = {
  key,
  id,
  pair,
  trust,
  revoke,
  run,
  inspect,
  doctor,
  peers,
  ping,
  chat,
  send,
  receive,
  bench,
} as const;

export type HelpTopic = keyof typeof helpOfCommands;

export const isHelpTopic = (name: string): name is HelpTopic => Object.hasOwn(helpOfCommands, name);
