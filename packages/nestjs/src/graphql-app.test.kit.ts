import { Auditor, currentCall, Enforce, Policy, type Caller } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Controller, ForbiddenException, Get, Inject, Injectable, Module, type ExecutionContext } from '@nestjs/common';
import { Args, Field, GqlExecutionContext, GraphQLModule, Mutation, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { EnforceModule } from './index.js';

const policy = Policy.from({ name: 'graph', rules: { allowed_tools: ['who', 'limited'], rate_limits: { per_tool: { limited: { max_calls: 1, window_seconds: 600 } } } } });

@Injectable()
class Tools {
  @Enforce()
  async who(): Promise<string> {
    await Promise.resolve();
    return currentCall()?.tenant ?? 'nobody';
  }
  @Enforce()
  limited(): Promise<string> {
    return Promise.resolve('once');
  }
  @Enforce()
  erase(): Promise<string> {
    return Promise.resolve('erased');
  }
}

@ObjectType()
class Letter {
  @Field(() => String) id!: string;
}

let asked = 0;

@Resolver(() => Letter)
class Letters {
  constructor(@Inject(Tools) private readonly tools: Tools) {}
  @Query(() => [Letter])
  letters(): Letter[] {
    return [{ id: '1' }, { id: '2' }];
  }
  @Query(() => String)
  who(): Promise<string> {
    return this.tools.who();
  }
  @Query(() => String)
  limited(): Promise<string> {
    return this.tools.limited();
  }
  @Mutation(() => String)
  erase(@Args('id', { type: () => String }) _id: string): Promise<string> {
    return this.tools.erase();
  }
  @ResolveField('owner', () => String)
  async owner(@Parent() letter: Letter): Promise<string> {
    return `${await this.tools.who()}${letter.id}`;
  }
}

async function callerOf(context: ExecutionContext): Promise<Caller> {
  if (context.getType() === 'http') return {};
  asked += 1;
  await Promise.resolve();
  const { reply } = GqlExecutionContext.create(context).getContext<{ reply: { request: { headers: Record<string, string> } } }>();
  const tenant = reply.request.headers['x-tenant'];
  if (tenant === 'forged') throw new ForbiddenException();
  return { tenant };
}

const auditor = new MemoryAuditor();
const warnings: string[] = [];
process.on('warning', ({ name }) => warnings.push(name));

@Controller('state')
class State {
  @Get()
  state(): { asked: number; entries: number; warnings: string[] } {
    return { asked, entries: auditor.entries.length, warnings };
  }
}

@Module({
  imports: [
    EnforceModule.forRoot({ policy, environment: {}, caller: callerOf, services: [{ provide: Auditor, useValue: auditor }] }),
    GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true, fieldResolverEnhancers: ['interceptors', 'filters'] }),
  ],
  providers: [Tools, Letters],
  controllers: [State],
})
class AppModule {}

/** Started by the test in a process of its own: Mercurius cannot be loaded where Jest runs ES modules. */
async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(await app.getUrl());
}

void main();
