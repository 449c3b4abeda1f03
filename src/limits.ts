import { connectionLimits } from './limits/connections.ts';
import { diagnosisLimits } from './limits/diagnosis.ts';
import { discoveryLimits } from './limits/discovery.ts';
import { fileLimits } from './limits/files.ts';
import { linkLimits } from './limits/links.ts';
import { messageLimits } from './limits/messages.ts';
import { presenceLimits } from './limits/presence.ts';
import { probeLimits } from './limits/probes.ts';
import { programLimits } from './limits/program.ts';
import { signallingLimits } from './limits/signalling.ts';
import { streamLimits } from './limits/streams.ts';
import { trustLimits } from './limits/trust.ts';

/**
 * Every cap and time limit of lanpeer in one place: value, unit, and what it protects. Times are milliseconds, sizes
 * are bytes. `scripts/mutations/limits` names for each the test that reaches it, or says that none is known.
 */
export const limits = {
  ...signallingLimits,
  ...trustLimits,
  ...connectionLimits,
  ...discoveryLimits,
  ...diagnosisLimits,
  ...linkLimits,
  ...messageLimits,
  ...streamLimits,
  ...fileLimits,
  ...presenceLimits,
  ...probeLimits,
  ...programLimits,
} as const;
