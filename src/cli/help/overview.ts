import { exitCodeWords, peerWords } from './options.ts';

export const overview = `lanpeer: people and programs on one local network find each other and talk directly

  lanpeer key [FILE]         makes a network key: give the same to every device
  lanpeer pair               pairs this device with another one, without a key
  lanpeer trust, revoke      the devices that were paired
  lanpeer id                 prints this device's id
  lanpeer peers              lists who is there; --watch goes on
  lanpeer ping PEER          how long it takes to answer, and over which path
  lanpeer chat [ROOM]        talks with all who are there
  lanpeer send PEER FILE...  sends files and folders there; --text TEXT sends a text
  lanpeer receive [DIR]      takes what others send
  lanpeer run [options]      runs a node until it is interrupted
  lanpeer doctor [PEER]      says what keeps this device from its peers
  lanpeer inspect [FILE]     shows the node that runs with --inspect, or a recording
  lanpeer bench PEER         measures the way to a peer

${peerWords}
lanpeer help COMMAND tells all about a command.

  export LANPEER_KEY_FILE=network.key   the network key of every command

${exitCodeWords}`;
