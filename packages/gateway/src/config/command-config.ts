import { EnforceCoreError } from '@enforcecore/core';
import { dirname, join, resolve } from 'node:path';
import { serverNameOf } from './command-name.js';
import type { GatewayConfig, ServeConfig } from './gateway-config.js';
import { defaultPinFile, nothingPasses } from './load-gateway-config.js';
import { slug } from './read-servers.js';

export interface CommandOptions {
  readonly policy: string;
  /** The command of a server and its arguments; nothing is filled in, no shell reads it. */
  readonly command: readonly string[];
  /** What the server is called; by default what its command runs, or `server` where that cannot be told. */
  readonly name?: string | undefined;
  readonly serve?: ServeConfig | undefined;
  /** `gateway.pins.json` beside the policy by default. */
  readonly pinFile?: string | undefined;
  readonly pinNew?: boolean | undefined;
  readonly auditPath?: string | undefined;
  /** Variables for the server, by name and value. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** The configuration that one line around a command stands for. */
export function commandConfig(options: CommandOptions): GatewayConfig {
  const [command, ...args] = options.command;
  if (command === undefined || command === '') throw new EnforceCoreError('GATEWAY', 'there is no command to start a server: give it behind --');
  const name = slug(options.name ?? serverNameOf(options.command));
  if (name === '') throw new EnforceCoreError('GATEWAY', 'the server has no name: give one of a-z, 0-9 and - with --name');
  const policy = resolve(options.policy);
  return Object.freeze({
    upstreams: Object.freeze({ [name]: Object.freeze({ kind: 'stdio', command, args: Object.freeze(args), ...(options.env === undefined ? {} : { env: options.env }) }) }),
    policy,
    serve: options.serve ?? Object.freeze({ kind: 'stdio' }),
    pass: nothingPasses,
    pinFile: options.pinFile === undefined ? join(dirname(policy), defaultPinFile) : resolve(options.pinFile),
    pinNew: options.pinNew ?? true,
    ...(options.auditPath === undefined ? {} : { auditPath: resolve(options.auditPath) }),
  });
}
