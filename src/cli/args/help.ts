export const help = `lanpeer: programs on one local network find each other and talk directly

  lanpeer key FILE               makes a network key that only you can read: give the same to every device
  lanpeer key                    prints one
  lanpeer id [--state DIR]       prints this device's id
  lanpeer id --new [--state DIR] makes another: the one before is gone for good
  lanpeer run [options]          runs a node until it is interrupted
  lanpeer inspect [--state DIR]  shows the node that runs with --inspect
  lanpeer inspect FILE           shows a recording; --port PORT serves it there
                                 both open a browser, --print only prints the link
  lanpeer bench PEER [options]   measures the way to a peer, an id or ADDRESS:PORT, which has to run
  lanpeer bench --serve          takes part in the measurements of others until it is interrupted

  --key-file FILE    network key, one a line; the first is announced and proven, others are accepted as well; may be
                     repeated; the variable LANPEER_KEY may hold them instead; SIGUSR2 reads the files again
  --allow ID         lets in only this device; may be repeated
  --open             lets in every device on the network
  --deny ID          keeps out this device whatever else is said; may be repeated
  --name NAME        shown to others; default: the host name
  --interface NAME   uses this interface, by name or IPv4 address, as soon as it is there; may be repeated;
                     default: all but loopback
  --port PORT        TCP port to listen on; default: any free one
  --state DIR        keeps the identity there, or in DIR/lanpeer if others may look into DIR;
                     default: $XDG_STATE_HOME/lanpeer
  --ephemeral        an identity for this run only
  --no-discovery     no mDNS: peers are connected to by address
  --transport NAME   webrtc or tls, the preferred one first; may be repeated; default: webrtc, then tls
  --inspect [PORT]   serves a page on 127.0.0.1 that shows every connection
  --inspect-messages shows the beginnings of messages there as well
  --record FILE      records what the machines do; --mask replaces names, addresses and ids
  --streams DIR      writes the byte streams that peers open into this folder; --accept TYPE names a type that is
                     accepted, and may be repeated
  --seconds N        bench: how long one figure is measured; default 2, at most 10
  --json             speaks JSON lines on standard input and output
  --until-stdin-ends stops when standard input ends; default: runs on
  --parent PID       stops when that process is gone
  --help, --version

SIGHUP, SIGINT and SIGTERM stop a node with a goodbye; another one during the stop ends it at once.
Exit codes: 0 stopped as asked, 1 failed while running, 2 wrong usage or a Node that is too old, 128 + n ended by signal n.`;
