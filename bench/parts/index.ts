import type { Part } from '../support/part.ts';
import { bulk } from './bulk.ts';
import { connect } from './connect.ts';
import { files } from './files.ts';
import { group } from './group.ts';
import { idle } from './idle.ts';
import { inspector } from './inspector.ts';
import { mesh } from './mesh.ts';
import { mixed } from './mixed.ts';
import { rate } from './rate.ts';
import { reconnect } from './reconnect.ts';
import { roundTrip } from './round-trip.ts';
import { sizes } from './sizes.ts';
import { small } from './small.ts';
import { start } from './start.ts';
import { stream } from './stream.ts';

export const parts: readonly Part[] = [
  connect,
  roundTrip,
  small,
  bulk,
  mixed,
  stream,
  files,
  group,
  sizes,
  rate,
  idle,
  mesh,
  reconnect,
  start,
  inspector,
];
