import { currentCall, Enforce } from '@enforcecore/core';
import { setTimeout as wait } from 'node:timers/promises';

/** Work that takes too long, and work that nobody here should do. */
export class OfficeTools {
  /** How often the bodies of tools ran that the policy denies. */
  deniedRuns = 0;
  /** Goes up while `rebuild` runs: what was stopped counts no further. */
  turns = 0;
  /** What the report saw of its end. */
  reportEnd = 'not run';

  /** Would take a minute. It looks at the call's signal, so it ends soon after its time is up. */
  @Enforce({ tool: 'run_report', timeoutMs: 250 })
  async report(args: { readonly kind: string }): Promise<string> {
    try {
      await wait(60_000, undefined, { signal: currentCall()?.signal });
      return `${args.kind} report`;
    } finally {
      this.reportEnd = currentCall()?.signal.aborted === true ? 'aborted by the signal of the call' : 'ran to its end';
    }
  }

  /** Never ends, and never gives the thread back. */
  @Enforce({ tool: 'rebuild_index', timeoutMs: 250 })
  rebuild(_args: { readonly full: boolean }): never {
    for (;;) this.turns += 1;
  }

  @Enforce({ tool: 'execute_shell' })
  shell(args: { readonly command: string }): string {
    this.deniedRuns += 1;
    return `ran ${args.command}`;
  }

  @Enforce({ tool: 'export_payroll' })
  payroll(): string {
    this.deniedRuns += 1;
    return 'everything about everyone';
  }
}
