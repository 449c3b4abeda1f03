/** Who may connect: of every command that runs a node. */
export const accessOptions = `\
  --key-file FILE    network key, one a line; the first is announced and proven, others are accepted as well; may be
                     repeated. Default: the file that LANPEER_KEY_FILE names, or the keys in LANPEER_KEY
  --ask-key          asks for the network key on the terminal, without showing it
  --allow ID         lets in only this device; may be repeated
  --trust            lets in the devices that this one was paired with (lanpeer pair), and no others; the default where there
                     are any and none of the above is said
  --open             lets in every device on the network
  --deny ID          keeps out this device whatever else is said; may be repeated`;

/** The node of every command that runs one. */
export const networkOptions = `\
  --name NAME        shown to others; default: the host name
  --interface NAME   uses this interface, by name or IPv4 address, as soon as it is there; may be repeated;
                     default: all but loopback
  --port PORT        TCP port to listen on; default: any free one
  --no-discovery     no mDNS: peers are connected to by address
  --transport NAME   webrtc or tls, the preferred one first; may be repeated; default: webrtc, then tls`;

export const stateOptions = `\
  --state DIR        keeps the identity there, or in DIR/lanpeer if others may look into DIR;
                     default: $XDG_STATE_HOME/lanpeer
  --ephemeral        an identity for this run only`;

/** Of commands that a person gives. */
export const commandOptions = `\
${accessOptions}
${networkOptions}
${stateOptions}; so does the default while a running node uses it
  --inspect [PORT]   serves a page on 127.0.0.1 that shows connections and files under way
  --json             prints JSON lines`;

export const waitOption = '  --wait SECONDS     how long to look for the peer; default 10';

export const peerWords =
  'PEER is the name or the id of a device, the beginning of one as long as no other device has it, or ADDRESS:PORT.';

export const exitCodeWords = `\
Exit codes: 0 done, 1 failed, 2 wrong usage or a Node that is too old, 3 peer not found, 4 refused, 5 cut off (the same
command goes on where it ended), 128 + n ended by signal n (130 for Ctrl-C).`;
