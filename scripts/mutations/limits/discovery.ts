import type { LimitTests } from './limit-tests.ts';

export const discovery: LimitTests = {
  reached: {
    'test/unit/discovery/interface-caps.test.ts': [
      'discovery.retryEveryMs',
      'discovery.ownAddresses',
      'discovery.txtStrings',
    ],
    'test/unit/discovery/device-table.test.ts': [
      'discovery.devicesPerSource',
      'discovery.replaceEveryMs',
      'discovery.claims',
      'discovery.claimsPerSource',
      'discovery.refreshedEveryMs',
    ],
    'test/unit/discovery/interface-counters.test.ts': ['discovery.interfaces'],
    'test/unit/discovery/record-cache.test.ts': [
      'discovery.joinMs',
      'discovery.joinSources',
      'discovery.joinPerSource',
      'discovery.joinTextBytes',
    ],
    'test/unit/discovery/memory.test.ts': [
      'discovery.queryAtMs',
      'discovery.queryEveryMs',
      'discovery.askAtMostEveryMs',
    ],
    'test/unit/discovery/packet-bounds.test.ts': ['discovery.packetRecords', 'discovery.packetSteps'],
    'test/unit/discovery/advertisements.test.ts': ['discovery.devicesPerPacket'],
    'test/unit/discovery/packet-rate.test.ts': [
      'discovery.packetsPerSecondPerSource',
      'discovery.packetsPerSecondPerProven',
      'discovery.packetsPerSecond',
      'discovery.packetsPerSecondOwn',
      'discovery.burstSeconds',
    ],
    'test/unit/discovery/fault-limit.test.ts': ['discovery.faultEveryMs', 'discovery.faultKinds'],
    'test/unit/discovery/answer-times.test.ts': [
      'discovery.answerEveryMs',
      'discovery.sharedDelayMs',
      'discovery.truncatedWaitMs',
      'discovery.truncatedMostMs',
      'discovery.truncatedSources',
    ],
    'test/unit/discovery/unicast-answers.test.ts': [
      'discovery.unicastPerSecondPerSource',
      'discovery.unicastPerSecond',
      'discovery.legacyQuestions',
    ],
    'test/unit/machines/connection/policy/retry.test.ts': ['discovery.silentMs'],
    'test/unit/node/dialing/pending-devices.test.ts': ['discovery.devices'],
    'test/unit/node/notices/interfaces.test.ts': ['discovery.interfacesEveryMs'],
    'test/unit/node/notices/notice-rules.test.ts': ['notices.aloneMs'],
    'test/unit/node/notices/notice-watch.test.ts': ['notices.unreachedMs'],
    'test/unit/node/notices/notices.test.ts': ['notices.burst', 'notices.tellEveryMs'],
    'test/unit/protocol/txt-record.test.ts': ['discovery.txtPairs', 'discovery.txtValueBytes', 'discovery.nameBytes'],
    'test/unit/discovery/packet-caps.test.ts': [
      'discovery.answerBytes',
      'discovery.packetBytes',
      'discovery.rateSources',
      'discovery.packetsPerSecondProven',
    ],
  },
  unreached: ['discovery.stepsPerUnit', 'discovery.unitsPerDevice', 'discovery.holderLooks', 'discovery.goodbyeMs'],
};
