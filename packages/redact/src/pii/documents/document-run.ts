import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';

/** What a long run of letters, digits, `_` and `-` can be besides a secret: a crypto address, a MAC address with hyphens. */
export function documentRun(text: string, start: number, end: number, plan: Plan, sink: Sink): void {
  void text; void start; void end; void plan; void sink;
}
