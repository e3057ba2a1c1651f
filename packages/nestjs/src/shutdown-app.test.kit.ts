import { Enforce, Policy } from '@enforcecore/core';
import { Controller, Get, Inject, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as after } from 'node:timers/promises';
import { EnforceModule } from './index.js';

@Injectable()
class Tools {
  @Enforce()
  async slow(id: string): Promise<string> {
    console.log(`began ${id}`);
    await after(400);
    return id;
  }
}

@Controller()
class Desk {
  constructor(@Inject(Tools) private readonly tools: Tools) {}
  @Get('slow/:id')
  slow(@Param('id') id: string): Promise<string> {
    return this.tools.slow(id);
  }
}

const folder = process.argv[2] ?? '';

@Module({
  imports: [EnforceModule.forRoot({ policy: Policy.from({ name: 'slow', rules: { allowed_tools: ['slow'] } }), environment: {}, settings: { auditPath: folder, auditDurability: 'buffered' } })],
  providers: [Tools],
  controllers: [Desk],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(await app.getUrl());
}

void main();
