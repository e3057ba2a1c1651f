import { ContainerModule } from 'inversify';
import { RedactorPlugin } from '../redact/redaction-parts.js';
import { AuditBackendPlugin, GuardPlugin } from './plugin.js';
import { PluginManager } from './plugin-manager.js';

/** Has what a manager has loaded run in a container. `createContainer({ plugins })` does this. */
export function pluginModule(manager: PluginManager): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(PluginManager).toConstantValue(manager);
    for (const guard of manager.guards) bind(GuardPlugin).toConstantValue(guard);
    for (const redactor of manager.redactors) bind(RedactorPlugin).toConstantValue(redactor);
    for (const backend of manager.auditBackends) bind(AuditBackendPlugin).toConstantValue(backend);
  });
}
