import type { EnforceContainer, Logger } from '@enforcecore/core';
import type { GatewayConfig } from '@enforcecore/gateway';
import { resolve } from 'node:path';
import type { Session } from '../session.js';

/** The house behind a gateway: its policy, and the trail where the file or the settings have it. */
export async function openContainer({ io }: Session, { policy, auditPath }: GatewayConfig): Promise<EnforceContainer> {
  const { createContainer, loadPlugins, loadPolicy } = await import('@enforcecore/core');
  // Said before a server is started, with line and column; the container looks at the file again when it changes.
  loadPolicy(policy);
  const plugins = await loadPlugins({ environment: io.env });
  return createContainer({ policy, plugins, environment: io.env, ...(auditPath === undefined ? {} : { settings: { auditPath: resolve(auditPath) } }) });
}

/** Opens the trail as the first call would: where that cannot be, every call would be refused. Writes no entry. */
export async function tryTrail(container: EnforceContainer): Promise<void> {
  const { Auditor, TrailAuditor } = await import('@enforcecore/core');
  const auditor = container.get(Auditor);
  // A backend of a plugin is opened by whoever made it.
  if (auditor instanceof TrailAuditor) await auditor.head();
}

/** What a gateway has to say goes to standard error: warnings and worse for people, or all as JSON where that is asked for. */
export function gatewayLogger(session: Session, isVerbose: boolean): Logger {
  return {
    log: (level, message, fields = {}) => {
      const shown = Object.fromEntries(Object.entries(fields).filter((field): field is [string, string | number | boolean] => field[1] !== undefined && field[1] !== null));
      const isSaid = !isVerbose && (level === 'warn' || level === 'error');
      // Most messages name their server already.
      const details = Object.entries(shown).filter(([, value]) => !message.includes(`"${String(value)}"`)).map(([key, value]) => `${key}=${String(value)}`).join(' ');
      const line = isSaid ? session.complain(`${message}${details === '' ? '' : ` (${details})`}`) : session.log.write(level, message, shown);
      // Nobody reads standard error: that ends no call.
      line.catch(() => undefined);
    },
  };
}
