import { Enforce, Policy } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Injectable, type Type } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { Auditor } from '@enforcecore/core';
import { EnforceModule, type ForRootOptions } from './index.js';

/** Lets `send` and `read` through, and nothing else. */
export const policy = Policy.from({ name: 'mail', rules: { allowed_tools: ['send', 'read'] } });

@Injectable()
export class MailTools {
  readonly sent: string[] = [];

  @Enforce()
  async send(text: string): Promise<string> {
    this.sent.push(text);
    return Promise.resolve(`sent ${text}`);
  }

  @Enforce()
  read(): string {
    return 'a letter';
  }

  @Enforce()
  async erase(): Promise<void> {
    this.sent.length = 0;
    await Promise.resolve();
  }
}

/** A module with enforcement, recorded in memory, not yet compiled. */
export function enforcing(options: ForRootOptions = {}, providers: readonly Type[] = [MailTools], rest: { readonly controllers?: Type[]; readonly imports?: Type[] } = {}): { readonly builder: TestingModuleBuilder; readonly auditor: MemoryAuditor } {
  const auditor = new MemoryAuditor();
  const builder = Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy, environment: {}, ...options }), ...(rest.imports ?? [])], providers: [...providers], controllers: rest.controllers ?? [] })
    .overrideProvider(Auditor)
    .useValue(auditor);
  return { builder, auditor };
}
