import { describe, test } from 'vitest';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { stateDirectoryIdentity } from '../../../src/adapters/identity/state-directory.ts';
import { systemClock } from '../../../src/environment.ts';
import { identityCompliance } from '../../../src/testing/compliance/identity.ts';
import { newDirectory } from '../../support/directory.ts';

const clock = systemClock;

describe.each(identityCompliance)('$name', ({ run }) => {
  test('for this run only', () => run(() => ephemeralIdentity({ clock })));
  test('in a directory', () => run(() => stateDirectoryIdentity({ directory: newDirectory(), clock })));
});
