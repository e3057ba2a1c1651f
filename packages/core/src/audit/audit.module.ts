import type { DefaultBinding } from '../container/enforce-container.js';
import { Logger } from '../logging/logger.js';
import { Settings } from '../settings/settings.js';
import { Clock } from '../time/clock.js';
import { Auditor } from './auditor.js';
import { TrailAuditor } from './trail-auditor.js';

const parts: [typeof Settings, typeof Clock, typeof Logger] = [Settings, Clock, Logger];

export const auditModule: readonly DefaultBinding[] = [
  {
    token: Auditor,
    madeFrom: parts,
    bind: (bind) =>
      bind(Auditor)
        .toResolvedValue((settings, clock, logger) => new TrailAuditor(settings, clock, logger), parts)
        .onDeactivation((auditor) => {
          // Not waited for here, since a rebinding cannot wait: the container waits at its end.
          if (auditor instanceof TrailAuditor) void auditor.close();
        }),
  },
];
