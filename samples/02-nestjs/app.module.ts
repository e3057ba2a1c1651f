// #region imports
import { Guard, Redactor } from '@enforcecore/core';
import { EnforceModule } from '@enforcecore/nestjs';
import { Module } from '@nestjs/common';
// #endregion imports
import { fileURLToPath } from 'node:url';
import { FrontDesk } from './front-desk.controller.js';
import { LoyaltyRedactor } from './loyalty-redactor.js';
import { NightAuditModule, NightGuard } from './night-guard.js';
import { GuestTools, MessageTools, RoomTools } from './tools.js';

/** Compiled or not, the sample's own folder is where its policy is. */
const policy = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../02-nestjs/policy.yaml' : './policy.yaml', import.meta.url));

// #region module
@Module({
  imports: [
    NightAuditModule,
    EnforceModule.forRoot({
      policy,
      settings: { auditPath: '.demo/02-nestjs' },
      // For demonstration: a real tenant comes from authentication, and not from a header that anybody can write.
      caller: (context) => {
        const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
        return { tenant: headers['x-hotel'], agent: headers['x-agent'] };
      },
      imports: [NightAuditModule],
      services: [
        { provide: Guard, useClass: NightGuard },
        { provide: Redactor, useClass: LoyaltyRedactor },
      ],
    }),
  ],
  controllers: [FrontDesk],
  providers: [RoomTools, GuestTools, MessageTools],
})
export class AppModule {}
// #endregion module
